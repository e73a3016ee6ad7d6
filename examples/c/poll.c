/* The same in an event loop without a thread of its own: poll() watches the session and the
 * keyboard, and whatever else the program has to do.
 *
 *     ./poll zapi [phone number]
 *
 * Enter asks for new codes, q and Enter gives up. */
#define _POSIX_C_SOURCE 200809L
#include "screen.h"
#include "start.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Shows the latest view, if there is a new one. Returns false after the last. */
static bool show_views(pairing_session *session, pairing_outcome *outcome) {
    pairing_view *view = NULL;
    pairing_status status;
    while ((status = pairing_session_next_view(session, 0, &view)) == PAIRING_STATUS_OK) {
        show(view);
        *outcome = pairing_event_get_outcome(pairing_view_get_screen(view));
        pairing_view_free(view);
    }
    return status == PAIRING_STATUS_TIMEOUT;
}

/* Returns false at the end of the input. read() and not getchar(), because poll() does not see
 * what the latter has read ahead. */
static bool read_keys(pairing_session *session) {
    char keys[64];
    ssize_t count = read(STDIN_FILENO, keys, sizeof keys);
    for (ssize_t i = 0; i < count; i++) {
        if (keys[i] == 'q') {
            pairing_session_cancel(session);
        } else if (keys[i] == '\n') {
            pairing_session_resume(session); /* refused unless the session waits for it */
        }
    }
    if (count == 0) {
        pairing_session_cancel(session);
    }
    return count != 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s <provider, such as zapi> [phone number]\n", argv[0]);
        return EXIT_FAILURE;
    }
    pairing_session *session = start(argv[1], argc > 2 ? argv[2] : NULL, NULL);
    int fd = -1;
    check(pairing_session_fd(session, &fd));

    struct pollfd watched[] = {{.fd = fd, .events = POLLIN},
                               {.fd = STDIN_FILENO, .events = POLLIN}};
    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    bool running = true;
    while (running) {
        if (poll(watched, 2, -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            perror("poll");
            break;
        }
        if (watched[1].revents && !read_keys(session)) {
            watched[1].fd = -1; /* poll() skips it from now on */
        }
        if (watched[0].revents) {
            running = show_views(session, &outcome);
        }
    }
    pairing_session_free(session);
    return exit_code(outcome);
}
