/* No credential and no live code in any message, whatever goes wrong. */
#define _POSIX_C_SOURCE 200809L
#include "support/gateway.h"

static void expect_clean(const char *text) {
    if (text) {
        EXPECT(!strstr(text, CANARY_INSTANCE));
        EXPECT(!strstr(text, CANARY_TOKEN));
        EXPECT(!strstr(text, CANARY_CLIENT_TOKEN));
        EXPECT(!strstr(text, "canary"));
        EXPECT(!strstr(text, "CANARY"));
    }
}

static void expect_clean_failure(pairing_status status) {
    EXPECT(status != PAIRING_STATUS_OK);
    EXPECT(pairing_last_error() && *pairing_last_error());
    expect_clean(pairing_last_error());
}

static void open_with(const char *name, const char *setting, const char *value) {
    pairing_settings *settings = canary_settings();
    if (setting) {
        pairing_settings_set(settings, setting, value);
    }
    pairing_provider *provider = NULL;
    expect_clean_failure(pairing_provider_open(name, settings, NULL, &provider));
    pairing_settings_free(settings);
}

static void wrong_settings(void) {
    open_with(CANARY_TOKEN, NULL, NULL);
    open_with("zapi", "base_url", "ftp://" CANARY_TOKEN ":" CANARY_TOKEN "@example.com");
    open_with("zapi", "base_url", "http://example.com/" CANARY_TOKEN);
    open_with("zapi", "qr_form", CANARY_TOKEN);
    open_with("zapi", "follow_ups", CANARY_TOKEN);
    open_with("zapi", "token", CANARY_TOKEN "\n");
    pairing_settings *settings = pairing_settings_new();
    expect_clean_failure(pairing_settings_set(settings, CANARY_TOKEN, "token"));
    expect_clean_failure(pairing_settings_set(settings, "canary=" CANARY_TOKEN, "x"));
    expect_clean_failure(pairing_settings_set(settings, CANARY_TOKEN "\xff", "x"));
    pairing_settings_free(settings);
    pairing_options *options = pairing_options_new();
    expect_clean_failure(pairing_options_use_phone_code(options, CANARY_TOKEN));
    expect_clean_failure(pairing_options_expect_phone(options, CANARY_TOKEN));
    pairing_options_free(options);
}

/* The gateway repeats what it was sent, as real ones do. */
static void talkative_gateway(unsigned status, const char *body) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.status = status;
    gateway.body = body;
    pairing_provider *provider = gateway_open(&gateway);
    pairing_instance_status *instance = NULL;
    expect_clean_failure(pairing_provider_status(provider, -1, &instance));
    expect_clean_failure(pairing_provider_unlink(provider, -1));
    pairing_provider_free(provider);
    latch_wait(&gateway.released, 1);

    struct gateway again = GATEWAY_INITIALIZER;
    again.status = status;
    again.body = body;
    pairing_session *session = gateway_start(&again, PAIRING_POLICY_FIELD_MAX_RETRIES, 0);
    pairing_event *event = NULL;
    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    while (pairing_session_next(session, -1, &event) == PAIRING_STATUS_OK) {
        EXPECT(!pairing_event_get_code_text(event));
        expect_clean(pairing_event_get_failure_message(event));
        expect_clean(pairing_event_get_phone(event));
        outcome = pairing_event_get_outcome(event);
        pairing_event_free(event);
    }
    EXPECT(outcome == PAIRING_OUTCOME_REJECTED || outcome == PAIRING_OUTCOME_UNAVAILABLE);
    gateway_close(&again, session);
}

static void talkative_gateways(void) {
    talkative_gateway(403, "{\"error\":\"Client-Token " CANARY_CLIENT_TOKEN " not allowed\"}");
    talkative_gateway(400, "{\"error\":\"no route /token/" CANARY_TOKEN "/canary\"}");
    talkative_gateway(500, "<html>" CANARY_TOKEN " " CANARY_CODE "</html>");
    talkative_gateway(200, "{\"error\":\"" CANARY_TOKEN "\"}");
}

static void a_live_code(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    NEED(event);
    expect_clean_failure(pairing_session_resume(session));
    expect_clean_failure(
        pairing_session_notify(session, (const uint8_t *)CANARY_CODE, strlen(CANARY_CODE)));
    expect_clean_failure(
        pairing_session_switch_to_phone_code(session, pairing_event_get_code_text(event)));
    pairing_event_free(event);
    gateway_close(&gateway, session);
}

static const struct tap_test tests[] = {
    {"wrong settings are not repeated in a message", wrong_settings},
    {"what a gateway says is not repeated in a message", talkative_gateways},
    {"a live code is not repeated in a message", a_live_code},
};

TAP_MAIN(tests)
