/* Sessions that start, are read, acted on, cancelled and dropped while their requests are being
 * answered, each by a thread of its own: for valgrind and the sanitizers to look at. */
#define _POSIX_C_SOURCE 200809L
#include <sched.h>

#include "support/gateway.h"

enum { WORKERS = 3, ROUNDS = 50, MOST_KEPT = 8192 };

/* A gateway that answers on a thread of its own, whatever has become of the session meanwhile. */
struct busy_gateway {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pairing_http_exchange *waiting[MOST_KEPT];
    int sent, answered;
    bool closed;
    struct latch released;
};

static struct busy_gateway busy = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                                   .changed = PTHREAD_COND_INITIALIZER,
                                   .released = LATCH_INITIALIZER};

static void busy_send(void *user_data, const pairing_http_request *request,
                      pairing_http_exchange *exchange) {
    (void)user_data;
    (void)request;
    pthread_mutex_lock(&busy.mutex);
    if (EXPECT(busy.sent < MOST_KEPT)) {
        busy.waiting[busy.sent++] = exchange;
    }
    pthread_cond_signal(&busy.changed);
    pthread_mutex_unlock(&busy.mutex);
}

static void busy_cancel(void *user_data, uint64_t id) {
    (void)user_data;
    (void)id;
}

static void busy_release(void *user_data) {
    (void)user_data;
    latch_raise(&busy.released);
}

static void *answer_all(void *argument) {
    (void)argument;
    pthread_mutex_lock(&busy.mutex);
    while (busy.answered < busy.sent || !busy.closed) {
        if (busy.answered == busy.sent) {
            pthread_cond_wait(&busy.changed, &busy.mutex);
            continue;
        }
        pairing_http_exchange *exchange = busy.waiting[busy.answered++];
        pthread_mutex_unlock(&busy.mutex);
        EXPECT(gateway_answer(exchange, 200, "{\"value\":\"" CANARY_CODE "\"}") ==
               PAIRING_STATUS_OK);
        pthread_mutex_lock(&busy.mutex);
    }
    pthread_mutex_unlock(&busy.mutex);
    return NULL;
}

/* The threads use what is on the stack of the function that started them. */
static void start(pthread_t *thread, void *(*run)(void *), void *argument) {
    if (pthread_create(thread, NULL, run, argument) != 0) {
        abort();
    }
}

/* One session, and the threads that are let loose on it at the same time. */
struct round {
    pairing_session *session;
    struct latch ready;
    int yields;
    pairing_status last;
    int ends;
};

enum { THREADS_OF_A_ROUND = 3 };

static void together(struct round *round) {
    latch_raise(&round->ready);
    latch_wait(&round->ready, THREADS_OF_A_ROUND);
}

static void *read_to_the_end(void *argument) {
    struct round *round = argument;
    together(round);
    pairing_event *event = NULL;
    uint64_t seq = 0;
    while ((round->last = pairing_session_next(round->session, -1, &event)) == PAIRING_STATUS_OK) {
        EXPECT(pairing_event_get_seq(event) == ++seq);
        round->ends += pairing_event_get_kind(event) == PAIRING_EVENT_KIND_FINISHED;
        pairing_event_free(event);
    }
    return NULL;
}

static void *act(void *argument) {
    struct round *round = argument;
    together(round);
    pairing_view *view = NULL;
    pairing_session_switch_to_phone_code(round->session, "+5511999998888");
    if (EXPECT(pairing_session_view(round->session, &view) == PAIRING_STATUS_OK)) {
        pairing_view_free(view);
    }
    pairing_session_resume(round->session);
    pairing_session_switch_to_qr(round->session);
    return NULL;
}

static void *cancel_at_some_moment(void *argument) {
    struct round *round = argument;
    together(round);
    for (int i = 0; i < round->yields; i++) {
        sched_yield();
    }
    EXPECT(pairing_session_cancel(round->session) == PAIRING_STATUS_OK);
    return NULL;
}

static void cancel_while_used(pairing_provider *provider, int yields) {
    struct round round = {.ready = LATCH_INITIALIZER, .yields = yields};
    NEED(pairing_session_start(provider, NULL, &round.session) == PAIRING_STATUS_OK);
    pthread_t threads[THREADS_OF_A_ROUND];
    start(&threads[0], read_to_the_end, &round);
    start(&threads[1], act, &round);
    start(&threads[2], cancel_at_some_moment, &round);
    for (int i = 0; i < THREADS_OF_A_ROUND; i++) {
        pthread_join(threads[i], NULL);
    }
    EXPECT(round.last == PAIRING_STATUS_END);
    EXPECT(round.ends == 1);
    pairing_session_free(round.session);
}

static void drop_while_answered(pairing_provider *provider, int yields) {
    pairing_session *session = NULL;
    NEED(pairing_session_start(provider, NULL, &session) == PAIRING_STATUS_OK);
    for (int i = 0; i < yields; i++) {
        sched_yield();
    }
    pairing_session_free(session);
}

static void *race(void *argument) {
    pairing_provider *provider = argument;
    for (int i = 0; i < ROUNDS; i++) {
        cancel_while_used(provider, i);
        drop_while_answered(provider, i * 2);
    }
    return NULL;
}

static void sessions_race_with_everybody(void) {
    pthread_t answering, workers[WORKERS];
    start(&answering, answer_all, NULL);
    pairing_settings *settings = canary_settings();
    pairing_http table = {NULL, busy_send, busy_cancel, busy_release};
    pairing_provider *provider = NULL;
    NEED(pairing_provider_open("zapi", settings, &table, &provider) == PAIRING_STATUS_OK);
    pairing_settings_free(settings);
    for (int i = 0; i < WORKERS; i++) {
        start(&workers[i], race, provider);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
    }
    pairing_provider_free(provider);
    latch_wait(&busy.released, 1);
    pthread_mutex_lock(&busy.mutex);
    busy.closed = true;
    pthread_cond_signal(&busy.changed);
    pthread_mutex_unlock(&busy.mutex);
    pthread_join(answering, NULL);
    EXPECT(latch_count(&busy.released) == 1);
    EXPECT(busy.sent > 0 && busy.answered == busy.sent);
    printf("# %d requests raced with %d sessions\n", busy.sent, 2 * WORKERS * ROUNDS);
}

static const struct tap_test tests[] = {
    {"sessions race with readers, actions, cancelling, freeing and answers", sessions_race_with_everybody},
};

TAP_MAIN(tests)
