/* Views: what a screen shows, whatever the session is doing meanwhile. */
#define _POSIX_C_SOURCE 200809L
#include "support/gateway.h"

/* Reads up to the first view with this kind of screen, which is the caller's; NULL at the end. */
static pairing_view *view_of(pairing_session *session, pairing_event_kind kind) {
    pairing_view *view = NULL;
    while (pairing_session_next_view(session, -1, &view) == PAIRING_STATUS_OK) {
        if (pairing_event_get_kind(pairing_view_get_screen(view)) == kind) {
            return view;
        }
        pairing_view_free(view);
    }
    return NULL;
}

static void shows_a_code_keeps_it_while_retrying_and_ends(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session =
        gateway_start(&gateway, PAIRING_POLICY_FIELD_STATUS_INTERVAL_MS, 20);
    latch_wait(&gateway.sent, 1);
    EXPECT(gateway_answer(gateway.kept[0], 200, gateway.body) == PAIRING_STATUS_OK);
    pairing_view *shown = view_of(session, PAIRING_EVENT_KIND_CODE_READY);
    NEED(shown);
    const pairing_event *screen = pairing_view_get_screen(shown);
    EXPECT_TEXT(pairing_event_get_code_text(screen), CANARY_CODE);
    EXPECT(pairing_event_get_round(screen) == 1 && pairing_event_get_attempt(screen) == 1);
    EXPECT(pairing_view_get_method(shown) == PAIRING_METHOD_QR);
    EXPECT(pairing_view_get_codes_per_round(shown) == 3);
    EXPECT(!pairing_view_get_phone(shown) && !pairing_view_get_retrying(shown));

    /* Whatever is asked next fails. */
    latch_wait(&gateway.sent, 2);
    EXPECT(pairing_http_exchange_fail(gateway.kept[1], PAIRING_HTTP_FAILURE_CONNECT) ==
           PAIRING_STATUS_OK);
    pairing_view *kept = view_of(session, PAIRING_EVENT_KIND_CODE_READY);
    NEED(kept);
    const pairing_event *retrying = pairing_view_get_retrying(kept);
    EXPECT(pairing_event_get_kind(retrying) == PAIRING_EVENT_KIND_RETRYING);
    EXPECT(pairing_event_get_failure(retrying) == PAIRING_STATUS_UNAVAILABLE);
    EXPECT_TEXT(pairing_event_get_code_text(pairing_view_get_screen(kept)), CANARY_CODE);
    EXPECT(pairing_view_can(kept, PAIRING_ACTION_CANCEL));
    EXPECT(pairing_view_can(kept, PAIRING_ACTION_SWITCH_TO_PHONE_CODE));
    EXPECT(!pairing_view_can(kept, PAIRING_ACTION_RESUME));

    EXPECT(pairing_session_cancel(session) == PAIRING_STATUS_OK);
    pairing_view *last = view_of(session, PAIRING_EVENT_KIND_FINISHED);
    screen = pairing_view_get_screen(last);
    EXPECT(pairing_event_get_outcome(screen) == PAIRING_OUTCOME_CANCELLED);
    EXPECT(!pairing_view_get_retrying(last) && !pairing_view_can(last, PAIRING_ACTION_CANCEL));
    EXPECT(pairing_session_next_view(session, -1, &last) == PAIRING_STATUS_END);
    pairing_view_free(shown);
    pairing_view_free(kept);
    pairing_view_free(last);
    gateway_close(&gateway, session);
    /* Those that were given up are still the program's to answer. */
    for (int i = 2; i < latch_count(&gateway.sent); i++) {
        pairing_http_exchange_fail(gateway.kept[i], PAIRING_HTTP_FAILURE_OTHER);
    }
}

static void names_the_phone_of_a_phone_code(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.manner = GATEWAY_KEEPS;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    EXPECT(pairing_session_switch_to_phone_code(session, "+55 11 99999-8888") ==
           PAIRING_STATUS_OK);
    pairing_view *view = NULL;
    NEED(pairing_session_view(session, &view) == PAIRING_STATUS_OK);
    EXPECT(pairing_view_get_method(view) == PAIRING_METHOD_PHONE_CODE);
    EXPECT_TEXT(pairing_view_get_phone(view), "+5511999998888");
    EXPECT_TEXT(pairing_event_get_method_phone(pairing_view_get_screen(view)), "+5511999998888");
    pairing_view_free(view);
    pairing_session_free(session);
    latch_wait(&gateway.released, 1);
    for (int i = 0; i < latch_count(&gateway.sent); i++) {
        pairing_http_exchange_fail(gateway.kept[i], PAIRING_HTTP_FAILURE_OTHER);
    }
}

static void shows_a_passkey_and_asks_for_codes_again(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    gateway.body = "{\"challenge\":{\"type\":\"passkey\",\"id\":\"canary\"}}";
    pairing_session *session = gateway_start(&gateway, 0, 0);
    for (uint32_t round = 1; round <= 2; round++) {
        pairing_view *asked = view_of(session, PAIRING_EVENT_KIND_PASSKEY_REQUIRED);
        NEED(asked);
        const pairing_event *screen = pairing_view_get_screen(asked);
        EXPECT(pairing_event_get_round(screen) == round);
        /* Z-API says neither: the person finishes in its dashboard. */
        EXPECT(!pairing_event_get_passkey_url(screen));
        EXPECT(!pairing_event_get_passkey_confirmation_code(screen));
        EXPECT(pairing_view_can(asked, PAIRING_ACTION_RESUME));
        pairing_view_free(asked);
        EXPECT(pairing_session_resume(session) == PAIRING_STATUS_OK);
    }
    gateway_close(&gateway, session);
}

static const struct tap_test tests[] = {
    {"a view shows a code, keeps it while retrying, and ends",
     shows_a_code_keeps_it_while_retrying_and_ends},
    {"a view names the phone of a phone code", names_the_phone_of_a_phone_code},
    {"a view shows a passkey, and codes can be asked for again",
     shows_a_passkey_and_asks_for_codes_again},
};

TAP_MAIN(tests)
