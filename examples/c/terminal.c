/* Links a WhatsApp number from a terminal:
 *
 *     ./terminal zapi                            shows QR codes
 *     ./terminal zapi "+55 11 99999-8888"        shows a code to type on that phone
 *
 * Credentials come from the environment; see start.h. */
#define _POSIX_C_SOURCE 200809L
#include "screen.h"
#include "start.h"

/* False when there is nobody to press it. */
static bool wait_for_enter(void) {
    int character;
    do {
        character = getchar();
    } while (character != '\n' && character != EOF);
    return character == '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s <provider, such as zapi> [phone number]\n", argv[0]);
        return EXIT_FAILURE;
    }
    pairing_session *session = start(argv[1], argc > 2 ? argv[2] : NULL, NULL);

    /* The session asks, renews and retries by itself; there is nothing to do but to show. */
    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    pairing_event *event = NULL;
    while (pairing_session_next(session, -1, &event) == PAIRING_STATUS_OK) {
        show(event);
        if (pairing_event_get_kind(event) == PAIRING_EVENT_KIND_INTERACTION_REQUIRED) {
            if (wait_for_enter()) {
                /* Refused if the session has ended meanwhile, which the next event tells. */
                pairing_session_resume(session);
            } else {
                pairing_session_cancel(session);
            }
        }
        outcome = pairing_event_get_outcome(event);
        pairing_event_free(event);
    }
    pairing_session_free(session);
    return exit_code(outcome);
}
