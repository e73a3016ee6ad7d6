/* A Z-API gateway made of HTTP callbacks: answers as each test wants, without a socket. */
#ifndef GATEWAY_H
#define GATEWAY_H

#include <pairing.h>

#include "latch.h"
#include "tap.h"

/* What tests look for where no secret may be. */
#define CANARY_INSTANCE "CANARYINSTANCE0123456789ABCDEF00"
#define CANARY_TOKEN "CANARYTOKEN0123456789ABC"
#define CANARY_CLIENT_TOKEN "FcanaryClientToken0123456789abcdefS"
#define CANARY_CODE "2@canaryRef+1,canaryNoise=,canaryIdentity=,canaryAdv=,1"

enum gateway_manner {
    /* Answers within `send`. */
    GATEWAY_AT_ONCE,
    /* Keeps the exchange for the test to answer. */
    GATEWAY_KEEPS,
};

struct gateway {
    enum gateway_manner manner;
    /* What GATEWAY_AT_ONCE answers. */
    unsigned status;
    const char *body;
    /* Exchanges that the test has to answer, in the order of arrival. */
    pairing_http_exchange *kept[16];
    const pairing_http_request *requests[16];
    struct latch sent;
    struct latch cancelled;
    uint64_t cancelled_id;
    struct latch released;
};

#define GATEWAY_INITIALIZER                                                                        \
    {.status = 200,                                                                                \
     .body = "{\"value\":\"" CANARY_CODE "\"}",                                                    \
     .sent = LATCH_INITIALIZER,                                                                    \
     .cancelled = LATCH_INITIALIZER,                                                               \
     .released = LATCH_INITIALIZER}

static inline pairing_status gateway_answer(pairing_http_exchange *exchange, unsigned status,
                                            const char *body) {
    return pairing_http_exchange_complete(exchange, status, "application/json", NULL,
                                          (const uint8_t *)body, strlen(body));
}

static inline void gateway_send(void *user_data, const pairing_http_request *request,
                                pairing_http_exchange *exchange) {
    struct gateway *gateway = user_data;
    if (gateway->manner == GATEWAY_AT_ONCE) {
        gateway_answer(exchange, gateway->status, gateway->body);
    } else {
        int index = latch_count(&gateway->sent);
        gateway->requests[index] = request;
        gateway->kept[index] = exchange;
    }
    latch_raise(&gateway->sent);
}

static inline void gateway_cancel(void *user_data, uint64_t id) {
    struct gateway *gateway = user_data;
    gateway->cancelled_id = id;
    latch_raise(&gateway->cancelled);
}

static inline void gateway_release(void *user_data) {
    struct gateway *gateway = user_data;
    latch_raise(&gateway->released);
}

static inline pairing_http gateway_table(struct gateway *gateway) {
    pairing_http table = {gateway, gateway_send, gateway_cancel, gateway_release};
    return table;
}

static inline pairing_settings *canary_settings(void) {
    pairing_settings *settings = pairing_settings_new();
    EXPECT(pairing_settings_set(settings, "instance", CANARY_INSTANCE) == PAIRING_STATUS_OK);
    EXPECT(pairing_settings_set(settings, "token", CANARY_TOKEN) == PAIRING_STATUS_OK);
    EXPECT(pairing_settings_set(settings, "client_token", CANARY_CLIENT_TOKEN) ==
           PAIRING_STATUS_OK);
    return settings;
}

static inline pairing_provider *gateway_open(struct gateway *gateway) {
    pairing_settings *settings = canary_settings();
    pairing_http table = gateway_table(gateway);
    pairing_provider *provider = NULL;
    EXPECT(pairing_provider_open("zapi", settings, &table, &provider) == PAIRING_STATUS_OK);
    pairing_settings_free(settings);
    return provider;
}

/* A session that keeps a reference to the gateway; its provider is freed already. With
 * `policy_field` other than 0, one number of its policy is changed. */
static inline pairing_session *gateway_start(struct gateway *gateway, uint32_t policy_field,
                                             int64_t value) {
    pairing_provider *provider = gateway_open(gateway);
    pairing_options *options = pairing_options_new();
    if (policy_field) {
        pairing_policy *policy = NULL;
        EXPECT(pairing_policy_recommended(provider, &policy) == PAIRING_STATUS_OK);
        EXPECT(pairing_policy_set(policy, policy_field, value) == PAIRING_STATUS_OK);
        EXPECT(pairing_options_set_policy(options, policy) == PAIRING_STATUS_OK);
        pairing_policy_free(policy);
    }
    pairing_session *session = NULL;
    EXPECT(pairing_session_start(provider, options, &session) == PAIRING_STATUS_OK);
    pairing_options_free(options);
    pairing_provider_free(provider);
    return session;
}

/* Reads up to the first event of this kind, which is the caller's; NULL if the session ends. */
static inline pairing_event *wait_for(pairing_session *session, pairing_event_kind kind) {
    pairing_event *event = NULL;
    while (pairing_session_next(session, -1, &event) == PAIRING_STATUS_OK) {
        if (pairing_event_get_kind(event) == kind) {
            return event;
        }
        pairing_event_free(event);
    }
    return NULL;
}

/* Frees the session and waits until the library is done with the gateway. */
static inline void gateway_close(struct gateway *gateway, pairing_session *session) {
    pairing_session_free(session);
    latch_wait(&gateway->released, 1);
    EXPECT(latch_count(&gateway->released) == 1);
}

#endif
