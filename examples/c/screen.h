/* What a person sees of a session. A code is a login secret while it lives: for this screen, never
 * for a log. */
#ifndef SCREEN_H
#define SCREEN_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <pairing.h>

/* Terminals cannot show pictures: they go into a file that only its owner may read, for as long
 * as the code lives. */
#define PICTURE "pairing-code.png"

static void save_picture(const pairing_event *event) {
    /* A new file, or none: not one that is there already, nor where a link leads. */
    int created = open(PICTURE, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    FILE *file = created < 0 ? NULL : fdopen(created, "wb");
    size_t size = pairing_event_get_code_image_size(event);
    if (!file || fwrite(pairing_event_get_code_image(event), 1, size, file) != size) {
        perror(PICTURE);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    puts("Open " PICTURE " and scan it with WhatsApp.");
}

static void draw(const pairing_event *event) {
    pairing_qr *qr = NULL;
    pairing_buffer *drawing = NULL;
    if (pairing_qr_from_event(event, &qr) != PAIRING_STATUS_OK ||
        pairing_qr_to_terminal(qr, false, 2, &drawing) != PAIRING_STATUS_OK) {
        fprintf(stderr, "%s\n", pairing_last_error());
        exit(EXIT_FAILURE);
    }
    printf("%s\nScan it with WhatsApp, under Linked devices.\n", pairing_buffer_get_text(drawing));
    pairing_buffer_free(drawing);
    pairing_qr_free(qr);
}

static void show_passkey(const pairing_event *screen) {
    const char *url = pairing_event_get_passkey_url(screen);
    const char *code = pairing_event_get_passkey_confirmation_code(screen);
    puts("WhatsApp wants a passkey for this account. Finish as follows, or at the provider.");
    if (url) {
        printf("Open this page: %s\n", url);
    }
    if (code) {
        printf("Compare this code with the phone's: %s\n", code);
    }
}

static void show_screen(const pairing_event *screen) {
    remove(PICTURE); /* of the screen before */
    switch (pairing_event_get_kind(screen)) {
    case PAIRING_EVENT_KIND_CODE_READY:
        switch (pairing_event_get_code_kind(screen)) {
        case PAIRING_CODE_KIND_QR_TEXT: draw(screen); break;
        case PAIRING_CODE_KIND_QR_IMAGE: save_picture(screen); break;
        default:
            printf("%s\nType it into WhatsApp, under Linked devices, Link with phone number.\n",
                   pairing_event_get_code_text(screen));
        }
        printf("It lives for %lld seconds.\n",
               (long long)(pairing_event_get_remaining_ms(screen) / 1000));
        break;
    case PAIRING_EVENT_KIND_CODE_EXPIRED: puts("That code has expired."); break;
    case PAIRING_EVENT_KIND_INTERACTION_REQUIRED:
        puts("Nobody used the codes. Press Enter for new ones.");
        break;
    case PAIRING_EVENT_KIND_STARTING:
        puts("The gateway is starting. This can take minutes.");
        break;
    case PAIRING_EVENT_KIND_LINKING: puts("The code was used. Finishing."); break;
    case PAIRING_EVENT_KIND_PASSKEY_REQUIRED: show_passkey(screen); break;
    case PAIRING_EVENT_KIND_LINKED: puts("Linked. Checking that it stays so."); break;
    case PAIRING_EVENT_KIND_FINISHED: {
        const char *phone = pairing_event_get_phone(screen);
        const char *why = pairing_event_get_failure_message(screen);
        printf("Done: %s%s%s\n", pairing_outcome_name(pairing_event_get_outcome(screen)),
               phone || why ? ", " : "", phone ? phone : why ? why : "");
        break;
    }
    default: break; /* preparing, and whatever a later version adds */
    }
}

/* Prints what is new: a terminal keeps what was printed. */
static void show(const pairing_view *view) {
    static pairing_event_kind kind;
    static uint32_t round, attempt;
    const pairing_event *screen = pairing_view_get_screen(view);
    const pairing_event *retrying = pairing_view_get_retrying(view);
    /* What a passkey needs may change while the screen stays. */
    bool new_step =
        pairing_event_get_kind(screen) == PAIRING_EVENT_KIND_PASSKEY_REQUIRED && !retrying;
    if (kind != pairing_event_get_kind(screen) || round != pairing_event_get_round(screen) ||
        attempt != pairing_event_get_attempt(screen) || new_step) {
        kind = pairing_event_get_kind(screen);
        round = pairing_event_get_round(screen);
        attempt = pairing_event_get_attempt(screen);
        show_screen(screen);
    }
    if (retrying) {
        printf("A moment, please: %s\n", pairing_event_get_failure_message(retrying));
    }
    fflush(stdout);
}

/* Waits for the Enter that the screen asks for. False at the end of the input. */
static inline bool wait_for_enter(void) {
    int character;
    do {
        character = getchar();
    } while (character != '\n' && character != EOF);
    return character == '\n';
}

static int exit_code(pairing_outcome outcome) {
    return outcome == PAIRING_OUTCOME_CONNECTED || outcome == PAIRING_OUTCOME_ALREADY_CONNECTED
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

#endif
