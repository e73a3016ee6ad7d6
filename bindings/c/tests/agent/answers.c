/* Events and views as lines of the protocol. */
#include <inttypes.h>
#include <stdio.h>

#include "agent.h"

static const char *or_none(const char *text) {
    return text ? text : "-";
}

static void print_seconds(FILE *out, int64_t milliseconds) {
    if (milliseconds < 0) {
        fputs(" retry_after=-", out);
    } else {
        fprintf(out, " retry_after=%" PRId64, milliseconds / 1000);
    }
}

static void print_numbers(FILE *out, const pairing_event *event) {
    fprintf(out, "seq=%" PRIu64 " round=%" PRIu32 " attempt=%" PRIu32 " kind=%s",
            pairing_event_get_seq(event), pairing_event_get_round(event),
            pairing_event_get_attempt(event),
            pairing_event_kind_name(pairing_event_get_kind(event)));
}

/* Zeros, which fit no code, when it cannot be drawn. */
static void print_drawing(FILE *out, const pairing_event *event) {
    pairing_qr *qr = NULL;
    size_t dark = 0;
    pairing_qr_from_event(event, &qr);
    size_t width = pairing_qr_get_width(qr);
    for (size_t y = 0; y < width; y++) {
        for (size_t x = 0; x < width; x++) {
            dark += pairing_qr_is_dark(qr, x, y);
        }
    }
    pairing_qr_free(qr);
    fprintf(out, " width=%zu dark=%zu", width, dark);
}

static void print_code(FILE *out, const pairing_event *event) {
    const char *expiry =
        pairing_event_get_expiry(event) == PAIRING_EXPIRY_EXACT ? "exact" : "upper_bound";
    fprintf(out, " expires_at=%" PRId64 " expiry=%s", pairing_event_get_expires_at_ms(event),
            expiry);
    switch (pairing_event_get_code_kind(event)) {
    case PAIRING_CODE_KIND_QR_TEXT:
        fputs(" form=qr_text", out);
        print_drawing(out, event);
        fprintf(out, " code=%s", pairing_event_get_code_text(event));
        break;
    case PAIRING_CODE_KIND_QR_IMAGE: {
        const uint8_t *image = pairing_event_get_code_image(event);
        fputs(" form=qr_image code=", out);
        for (size_t i = 0; i < pairing_event_get_code_image_size(event); i++) {
            fprintf(out, "%02x", image[i]);
        }
        break;
    }
    case PAIRING_CODE_KIND_PHONE_CODE:
        fprintf(out, " form=phone_code code=%s", pairing_event_get_code_text(event));
        break;
    default: fputs(" form=unknown", out);
    }
}

static void print_failure(FILE *out, const pairing_event *event) {
    fprintf(out, " error=%s retryable=%d", pairing_status_name(pairing_event_get_failure(event)),
            pairing_event_get_failure_retryable(event));
    print_seconds(out, pairing_event_get_failure_retry_after_ms(event));
    fprintf(out, " message=%s", or_none(pairing_event_get_failure_message(event)));
}

static void print_outcome(FILE *out, const pairing_event *event) {
    pairing_outcome outcome = pairing_event_get_outcome(event);
    fprintf(out, " outcome=%s", pairing_outcome_name(outcome));
    switch (outcome) {
    case PAIRING_OUTCOME_CONNECTED:
    case PAIRING_OUTCOME_ALREADY_CONNECTED:
    case PAIRING_OUTCOME_WRONG_ACCOUNT:
        fprintf(out, " phone=%s", or_none(pairing_event_get_phone(event)));
        break;
    case PAIRING_OUTCOME_REJECTED:
    case PAIRING_OUTCOME_UNAVAILABLE: print_failure(out, event); break;
    case PAIRING_OUTCOME_RATE_LIMITED:
        print_seconds(out, pairing_event_get_failure_retry_after_ms(event));
        break;
    default: break;
    }
}

static void print_event_to(FILE *out, const pairing_event *event) {
    fputs("event ", out);
    print_numbers(out, event);
    switch (pairing_event_get_kind(event)) {
    case PAIRING_EVENT_KIND_CODE_READY: print_code(out, event); break;
    case PAIRING_EVENT_KIND_RETRYING:
        fprintf(out, " retry_at=%" PRId64, pairing_event_get_retry_at_ms(event));
        print_failure(out, event);
        break;
    case PAIRING_EVENT_KIND_PASSKEY_REQUIRED:
        fprintf(out, " url=%s confirmation_code=%s", or_none(pairing_event_get_passkey_url(event)),
                or_none(pairing_event_get_passkey_confirmation_code(event)));
        break;
    case PAIRING_EVENT_KIND_LINKED:
        fprintf(out, " phone=%s", or_none(pairing_event_get_phone(event)));
        break;
    case PAIRING_EVENT_KIND_FINISHED: print_outcome(out, event); break;
    default: break;
    }
}

void print_event(const pairing_event *event) {
    print_event_to(stdout, event);
}

void look_at(const pairing_event *event) {
    static FILE *nowhere;
    if (!nowhere) {
        nowhere = fopen("/dev/null", "w");
    }
    if (nowhere) {
        print_event_to(nowhere, event);
    }
}

static const char *screen_name(const pairing_event *screen) {
    switch (pairing_event_get_kind(screen)) {
    case PAIRING_EVENT_KIND_CODE_READY: return "code";
    case PAIRING_EVENT_KIND_INTERACTION_REQUIRED: return "waiting_for_user";
    default: return pairing_event_kind_name(pairing_event_get_kind(screen));
    }
}

void print_view(const pairing_view *view) {
    bool qr = pairing_view_get_method(view) == PAIRING_METHOD_QR;
    const pairing_event *screen = pairing_view_get_screen(view);
    printf("view method=%s phone=%s seq=%" PRIu64 " round=%" PRIu32 " attempt=%" PRIu32 " screen=%s",
           qr ? "qr" : "phone_code", or_none(pairing_view_get_phone(view)),
           pairing_event_get_seq(screen), pairing_event_get_round(screen),
           pairing_event_get_attempt(screen), screen_name(screen));
}
