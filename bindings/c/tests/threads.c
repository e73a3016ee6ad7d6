/* Several threads on one session, and one that wakes another. */
#define _POSIX_C_SOURCE 200809L
#include "support/gateway.h"

struct reader {
    pairing_session *session;
    /* Which of the events this reader got, by their numbers. */
    bool got[64];
    pairing_status last;
    struct latch *started;
};

static void *read_all(void *argument) {
    struct reader *reader = argument;
    latch_raise(reader->started);
    pairing_event *event = NULL;
    while ((reader->last = pairing_session_next(reader->session, -1, &event)) ==
           PAIRING_STATUS_OK) {
        uint64_t seq = pairing_event_get_seq(event);
        EXPECT(seq < 64 && !reader->got[seq]);
        reader->got[seq % 64] = true;
        pairing_event_free(event);
    }
    return NULL;
}

static void each_event_goes_to_one_reader(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    struct latch started = LATCH_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    struct reader readers[4] = {0};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        readers[i].session = session;
        readers[i].started = &started;
        NEED(pthread_create(&threads[i], NULL, read_all, &readers[i]) == 0);
    }
    latch_wait(&started, 4);
    /* Each switch is three more events: the code expires, a round begins, a code comes. */
    pairing_session_switch_to_phone_code(session, "+5511999998888");
    pairing_session_switch_to_qr(session);
    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    int total = 0, highest = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        EXPECT(readers[i].last == PAIRING_STATUS_END);
    }
    for (int seq = 0; seq < 64; seq++) {
        int owners = 0;
        for (int i = 0; i < 4; i++) {
            owners += readers[i].got[seq];
        }
        EXPECT(owners <= 1);
        total += owners;
        highest = owners ? seq : highest;
    }
    EXPECT(total > 0 && total == highest); /* from 1 to the last, without a gap */
    gateway_close(&gateway, session);
}

static void cancelling_wakes_a_reader(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    struct latch started = LATCH_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    /* From here on no event comes by itself. */
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_PREPARING);
    pairing_event_free(event);
    latch_wait(&gateway.sent, 1);
    struct reader reader = {.session = session, .started = &started};
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, read_all, &reader) == 0);
    latch_wait(&started, 1);
    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    pthread_join(thread, NULL);
    EXPECT(reader.got[2] && reader.last == PAIRING_STATUS_END);
    gateway_close(&gateway, session);
    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
}

static void *expect_no_error_here(void *argument) {
    (void)argument;
    EXPECT(!pairing_last_error());
    EXPECT(pairing_options_use_phone_code(NULL, "x") == PAIRING_STATUS_NULL_ARGUMENT);
    EXPECT(pairing_last_error() != NULL);
    return NULL;
}

static void each_thread_has_its_last_error(void) {
    pairing_options *options = pairing_options_new();
    EXPECT(pairing_options_expect_phone(options, "nobody") == PAIRING_STATUS_INVALID_PHONE);
    char before[256];
    snprintf(before, sizeof before, "%s", pairing_last_error());
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, expect_no_error_here, NULL) == 0);
    pthread_join(thread, NULL);
    EXPECT_TEXT(pairing_last_error(), before);
    pairing_options_free(options);
}

static void *link_once(void *argument) {
    pairing_provider *provider = argument;
    pairing_session *session = NULL;
    EXPECT(pairing_session_start(provider, NULL, &session) == PAIRING_STATUS_OK);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    EXPECT_TEXT(pairing_event_get_code_text(event), CANARY_CODE);
    pairing_event_free(event);
    pairing_session_free(session);
    return NULL;
}

static void threads_share_a_provider(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_provider *provider = gateway_open(&gateway);
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        NEED(pthread_create(&threads[i], NULL, link_once, provider) == 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    pairing_provider_free(provider);
    latch_wait(&gateway.released, 1);
}

static const struct tap_test tests[] = {
    {"each event goes to one of several readers", each_event_goes_to_one_reader},
    {"cancelling wakes who waits for an event", cancelling_wakes_a_reader},
    {"each thread has a last error of its own", each_thread_has_its_last_error},
    {"threads share a provider", threads_share_a_provider},
};

TAP_MAIN(tests)
