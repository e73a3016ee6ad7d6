/* Links a WhatsApp number from a terminal:
 *
 *     ./terminal zapi                            shows QR codes
 *     ./terminal zapi "+55 11 99999-8888"        shows a code to type on that phone
 *
 * Credentials come from the environment; see start.h. */
#define _POSIX_C_SOURCE 200809L
#include "screen.h"
#include "start.h"

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s <provider, such as zapi> [phone number]\n", argv[0]);
        return EXIT_FAILURE;
    }
    pairing_session *session = start(argv[1], argc > 2 ? argv[2] : NULL, NULL);

    /* The session asks, renews and retries by itself; there is nothing to do but to show. */
    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    pairing_view *view = NULL;
    while (pairing_session_next_view(session, -1, &view) == PAIRING_STATUS_OK) {
        show(view);
        /* With a passkey the session sees when the person has finished: nothing to wait for here. */
        if (pairing_event_get_kind(pairing_view_get_screen(view)) ==
            PAIRING_EVENT_KIND_INTERACTION_REQUIRED) {
            if (wait_for_enter()) {
                /* Refused if the session has ended meanwhile, which the next view shows. */
                pairing_session_resume(session);
            } else {
                pairing_session_cancel(session);
            }
        }
        outcome = pairing_event_get_outcome(pairing_view_get_screen(view));
        pairing_view_free(view);
    }
    pairing_session_free(session);
    return exit_code(outcome);
}
