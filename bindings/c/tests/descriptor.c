/* The descriptor for event loops: readable when there is something to read, and only then. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "support/gateway.h"

/* Whether the descriptor is readable within this time; a negative one is for ever. */
static bool is_readable(int fd, int timeout_ms) {
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    int count = poll(&watched, 1, timeout_ms);
    EXPECT((watched.revents & (POLLERR | POLLNVAL)) == 0);
    return count == 1;
}

/* Takes what there is without waiting. */
static pairing_status drain(pairing_session *session, int *events) {
    pairing_event *event = NULL;
    pairing_status status;
    while ((status = pairing_session_next(session, 0, &event)) == PAIRING_STATUS_OK) {
        ++*events;
        pairing_event_free(event);
    }
    return status;
}

static void follows_the_events(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    int fd = -1, same = -1, events = 0;
    NEED(pairing_session_fd(session, &fd) == PAIRING_STATUS_OK);
    EXPECT(pairing_session_fd(session, &same) == PAIRING_STATUS_OK && same == fd);
    EXPECT((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);

    /* The first event is the only one until the gateway answers. */
    latch_wait(&gateway.sent, 1);
    while (events == 0) {
        EXPECT(is_readable(fd, -1));
        EXPECT(drain(session, &events) == PAIRING_STATUS_TIMEOUT);
    }
    EXPECT(events == 1);
    EXPECT(!is_readable(fd, 0));

    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
    while (events == 1) {
        EXPECT(is_readable(fd, -1));
        EXPECT(drain(session, &events) == PAIRING_STATUS_TIMEOUT);
    }
    EXPECT(events == 2);

    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    while (drain(session, &events) != PAIRING_STATUS_END) {
        EXPECT(is_readable(fd, -1));
    }
    EXPECT(is_readable(fd, 0)); /* so that a second loop notices the end, too */
    gateway_close(&gateway, session);
    EXPECT(fcntl(fd, F_GETFD) == -1 && errno == EBADF);
}

static void made_late_it_tells_of_what_came_before(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    pairing_event_free(event);
    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    int fd = -1, events = 0;
    NEED(pairing_session_fd(session, &fd) == PAIRING_STATUS_OK);
    EXPECT(is_readable(fd, 0));
    while (drain(session, &events) != PAIRING_STATUS_END) {
        EXPECT(is_readable(fd, -1));
    }
    gateway_close(&gateway, session);
}

static void waiting_and_watching_at_the_same_time(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    int fd = -1, events = 0;
    NEED(pairing_session_fd(session, &fd) == PAIRING_STATUS_OK);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    pairing_event_free(event);
    drain(session, &events);
    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    EXPECT(is_readable(fd, -1));
    event = wait_for(session, PAIRING_EVENT_KIND_FINISHED);
    EXPECT(pairing_event_get_outcome(event) == PAIRING_OUTCOME_CANCELLED);
    pairing_event_free(event);
    gateway_close(&gateway, session);
}

static const struct tap_test tests[] = {
    {"the descriptor is readable while there are events, and after the last", follows_the_events},
    {"a descriptor that is made late tells of what came before",
     made_late_it_tells_of_what_came_before},
    {"a session can be waited for and watched", waiting_and_watching_at_the_same_time},
};

TAP_MAIN(tests)
