/* HTTP by callbacks of the program: answers at once, later, never, and when nobody waits. */
#define _POSIX_C_SOURCE 200809L
#include "support/gateway.h"

static void answered_at_once(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    EXPECT_TEXT(pairing_event_get_code_text(event), CANARY_CODE);
    EXPECT(latch_count(&gateway.cancelled) == 0);
    pairing_event_free(event);
    gateway_close(&gateway, session);
}

static void *answer_first(void *argument) {
    struct gateway *gateway = argument;
    latch_wait(&gateway->sent, 1);
    EXPECT(gateway_answer(gateway->kept[0], 200, gateway->body) == PAIRING_STATUS_OK);
    return NULL;
}

static void answered_later_from_another_thread(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, answer_first, &gateway) == 0);
    pairing_session *session = gateway_start(&gateway, 0, 0);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    EXPECT_TEXT(pairing_event_get_code_text(event), CANARY_CODE);
    pairing_event_free(event);
    pthread_join(thread, NULL);
    gateway_close(&gateway, session);
}

static void what_a_request_says(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    const pairing_http_request *request = gateway.requests[0];
    EXPECT_TEXT(pairing_http_request_get_method(request), "GET");
    const char *url = pairing_http_request_get_url(request);
    EXPECT(url && strncmp(url, "https://", 8) == 0 && strstr(url, CANARY_TOKEN));
    size_t count = pairing_http_request_get_header_count(request);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found |= strcmp(pairing_http_request_get_header_name(request, i), "client-token") == 0 &&
                 strcmp(pairing_http_request_get_header_value(request, i),
                        CANARY_CLIENT_TOKEN) == 0;
    }
    EXPECT(found);
    EXPECT(!pairing_http_request_get_header_name(request, count));
    EXPECT(!pairing_http_request_get_header_value(request, SIZE_MAX));
    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
    gateway_close(&gateway, session);
}

static void never_answered(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session =
        gateway_start(&gateway, PAIRING_POLICY_FIELD_REQUEST_TIMEOUT_MS, 300);
    /* Long enough for it to be sent, also by a slow machine. */
    latch_wait(&gateway.sent, 1);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_RETRYING);
    EXPECT(pairing_event_get_failure(event) == PAIRING_STATUS_TIMED_OUT);
    EXPECT(pairing_event_get_failure_retryable(event));
    pairing_event_free(event);
    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    event = wait_for(session, PAIRING_EVENT_KIND_FINISHED);
    EXPECT(pairing_event_get_outcome(event) == PAIRING_OUTCOME_CANCELLED);
    pairing_event_free(event);
    gateway_close(&gateway, session);
    /* It stays the program's until it is answered, for which it is never too late. */
    for (int i = 0; i < latch_count(&gateway.sent); i++) {
        EXPECT(pairing_http_exchange_is_cancelled(gateway.kept[i]));
        EXPECT(gateway_answer(gateway.kept[i], 200, gateway.body) == PAIRING_STATUS_OK);
    }
}

static void answered_after_the_session_was_freed(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    uint64_t id = pairing_http_exchange_get_id(gateway.kept[0]);
    EXPECT(id != 0);
    EXPECT(!pairing_http_exchange_is_cancelled(gateway.kept[0]));
    pairing_session_free(session);
    latch_wait(&gateway.cancelled, 1);
    EXPECT(gateway.cancelled_id == id);
    EXPECT(pairing_http_exchange_is_cancelled(gateway.kept[0]));
    latch_wait(&gateway.released, 1);
    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
    EXPECT(latch_count(&gateway.cancelled) == 1);
    EXPECT(latch_count(&gateway.released) == 1);
}

/* The failure that the session tells of after its first request, which `gateway` keeps, was
 * answered; whether the session goes on shows in `event_kind`. */
static pairing_status told(pairing_session *session, pairing_event_kind event_kind) {
    pairing_event *event = wait_for(session, event_kind);
    pairing_status failure = pairing_event_get_failure(event);
    pairing_event_free(event);
    return failure;
}

/* After some failures the session asks for the status at once. */
static void gateway_goes_on(struct gateway *gateway) {
    gateway->manner = GATEWAY_AT_ONCE;
    gateway->body = "{\"connected\":false}";
}

/* Answers the first request with what makes no sense: a status for the program, and mostly
 * the end of the session, because a program that does so has a defect. */
static void expect_refused(pairing_status wanted, unsigned status, const char *content_type,
                           const char *retry_after, size_t size) {
    static const uint8_t large[1024 * 1024 + 1];
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    gateway_goes_on(&gateway);
    EXPECT(pairing_http_exchange_complete(gateway.kept[0], status, content_type, retry_after,
                                          size ? large : NULL, size) == wanted);
    if (wanted == PAIRING_STATUS_TOO_LONG) {
        /* A gateway may do better next time. */
        EXPECT(told(session, PAIRING_EVENT_KIND_RETRYING) == PAIRING_STATUS_MALFORMED_REPLY);
    } else {
        EXPECT(told(session, PAIRING_EVENT_KIND_FINISHED) == PAIRING_STATUS_INTERNAL);
    }
    gateway_close(&gateway, session);
}

static void answers_that_make_no_sense(void) {
    expect_refused(PAIRING_STATUS_INVALID_ARGUMENT, 0, NULL, NULL, 0);
    expect_refused(PAIRING_STATUS_INVALID_ARGUMENT, UINT32_MAX, NULL, NULL, 0);
    expect_refused(PAIRING_STATUS_INVALID_UTF8, 200, "\xff", NULL, 0);
    expect_refused(PAIRING_STATUS_INVALID_UTF8, 200, NULL, "\xff", 0);
    expect_refused(PAIRING_STATUS_TOO_LONG, 200, NULL, NULL, 1024 * 1024 + 1);
}

static void failures_are_told(void) {
    const struct {
        uint32_t failure;
        pairing_event_kind event;
        pairing_status told;
    } all[] = {
        {PAIRING_HTTP_FAILURE_CONNECT, PAIRING_EVENT_KIND_RETRYING, PAIRING_STATUS_UNAVAILABLE},
        {PAIRING_HTTP_FAILURE_TLS, PAIRING_EVENT_KIND_RETRYING, PAIRING_STATUS_UNAVAILABLE},
        {PAIRING_HTTP_FAILURE_TIMEOUT, PAIRING_EVENT_KIND_RETRYING, PAIRING_STATUS_TIMED_OUT},
        {PAIRING_HTTP_FAILURE_INTERRUPTED, PAIRING_EVENT_KIND_RETRYING,
         PAIRING_STATUS_UNAVAILABLE},
        {PAIRING_HTTP_FAILURE_BODY_TOO_LARGE, PAIRING_EVENT_KIND_RETRYING,
         PAIRING_STATUS_MALFORMED_REPLY},
        {PAIRING_HTTP_FAILURE_OTHER, PAIRING_EVENT_KIND_FINISHED, PAIRING_STATUS_INTERNAL},
        {UINT32_MAX, PAIRING_EVENT_KIND_FINISHED, PAIRING_STATUS_INTERNAL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct gateway gateway = GATEWAY_INITIALIZER;
        gateway.manner = GATEWAY_KEEPS;
        pairing_session *session = gateway_start(&gateway, 0, 0);
        latch_wait(&gateway.sent, 1);
        gateway_goes_on(&gateway);
        EXPECT(pairing_http_exchange_fail(gateway.kept[0], all[i].failure) == PAIRING_STATUS_OK);
        pairing_status failure = told(session, all[i].event);
        EXPECT_TEXT(pairing_status_name(failure), pairing_status_name(all[i].told));
        gateway_close(&gateway, session);
    }
}

static pairing_session *shared_session;
static pairing_provider *shared_provider;

static void try_to_wait(void *user_data, const pairing_http_request *request,
                        pairing_http_exchange *exchange) {
    struct gateway *gateway = user_data;
    latch_wait(&gateway->cancelled, 1); /* until the session is known here */
    pairing_event *event = NULL;
    pairing_instance_status *status = NULL;
    EXPECT(pairing_session_next(shared_session, -1, &event) == PAIRING_STATUS_WRONG_THREAD);
    EXPECT(pairing_session_next(shared_session, 1, &event) == PAIRING_STATUS_WRONG_THREAD);
    EXPECT(pairing_provider_status(shared_provider, -1, &status) == PAIRING_STATUS_WRONG_THREAD);
    EXPECT(pairing_provider_unlink(shared_provider, -1) == PAIRING_STATUS_WRONG_THREAD);
    /* Looking is allowed; the other thread may have taken the event. */
    EXPECT(pairing_session_next(shared_session, 0, &event) != PAIRING_STATUS_WRONG_THREAD);
    pairing_event_free(event);
    (void)request;
    gateway_answer(exchange, 200, gateway->body);
}

static void waiting_within_a_callback(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_http table = gateway_table(&gateway);
    table.send = try_to_wait;
    pairing_settings *settings = canary_settings();
    NEED(pairing_provider_open("zapi", settings, &table, &shared_provider) == PAIRING_STATUS_OK);
    pairing_settings_free(settings);
    NEED(pairing_session_start(shared_provider, NULL, &shared_session) == PAIRING_STATUS_OK);
    latch_raise(&gateway.cancelled);
    pairing_event *event = wait_for(shared_session, PAIRING_EVENT_KIND_CODE_READY);
    EXPECT(event != NULL);
    pairing_event_free(event);
    pairing_provider_free(shared_provider);
    gateway_close(&gateway, shared_session);
}

static void provider_requests(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.body = "{\"connected\":true,\"phone\":\"5511999998888\"}";
    pairing_provider *provider = gateway_open(&gateway);
    pairing_instance_status *status = NULL;
    NEED(pairing_provider_status(provider, -1, &status) == PAIRING_STATUS_OK);
    EXPECT(pairing_instance_status_get_connected(status));
    EXPECT_TEXT(pairing_instance_status_get_phone(status), "+5511999998888");
    pairing_instance_status_free(status);
    /* `send` may still be on its way out when its answer is here. */
    latch_wait(&gateway.sent, 1);
    gateway.manner = GATEWAY_KEEPS;
    int before = latch_count(&gateway.sent);
    NEED(before < 8);
    status = NULL;
    EXPECT(pairing_provider_status(provider, 1, &status) == PAIRING_STATUS_TIMED_OUT);
    EXPECT(!status && pairing_last_error_retryable());
    pairing_provider_free(provider);
    latch_wait(&gateway.released, 1);
    for (int i = before; i < latch_count(&gateway.sent); i++) {
        EXPECT(pairing_http_exchange_fail(gateway.kept[i], PAIRING_HTTP_FAILURE_OTHER) ==
               PAIRING_STATUS_OK);
    }
}

static void not_released_when_it_was_not_taken(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_http table = gateway_table(&gateway);
    pairing_provider *provider = NULL;
    EXPECT(pairing_provider_open("zapi", NULL, &table, &provider) ==
           PAIRING_STATUS_INVALID_SETTINGS);
    EXPECT(!provider);
    EXPECT(latch_count(&gateway.released) == 0);
}

static const struct tap_test tests[] = {
    {"an answer within send shows a code", answered_at_once},
    {"an answer from another thread shows a code", answered_later_from_another_thread},
    {"a request has a method, a URL and headers", what_a_request_says},
    {"a request that is never answered times out", never_answered},
    {"an exchange can be answered after its session was freed",
     answered_after_the_session_was_freed},
    {"an answer that makes no sense is refused and counts as a failure",
     answers_that_make_no_sense},
    {"each failure of a request is told", failures_are_told},
    {"nothing waits within a callback", waiting_within_a_callback},
    {"a provider's own requests use the callbacks too", provider_requests},
    {"a table that was not taken is not released", not_released_when_it_was_not_taken},
};

TAP_MAIN(tests)
