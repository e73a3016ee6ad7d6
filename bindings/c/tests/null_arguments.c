/* NULL for a handle or any other pointer is a status or a neutral value, never a crash. */
#define _POSIX_C_SOURCE 200809L
#include "support/all.h"

#define IS_NULL_ARGUMENT(call) EXPECT((call) == PAIRING_STATUS_NULL_ARGUMENT)

/* All functions that report a status, with every pointer of `all` that may be NULL. */
static void expect_null_argument(struct all *all) {
    int fd = -1;
    int64_t number = 0;
    pairing_instance_status *status = NULL;
    pairing_buffer *buffer = NULL;
    pairing_view *view = NULL;
    pairing_session *session = NULL;
    pairing_policy *policy = NULL;
    pairing_event *event = NULL;
    pairing_qr *qr = NULL;
    IS_NULL_ARGUMENT(pairing_settings_set(all->settings, "token", "x"));
    IS_NULL_ARGUMENT(pairing_policy_recommended(all->provider, &policy));
    IS_NULL_ARGUMENT(pairing_provider_status(all->provider, 0, &status));
    IS_NULL_ARGUMENT(pairing_provider_abandon(all->provider, 0));
    IS_NULL_ARGUMENT(pairing_provider_unlink(all->provider, 0));
    IS_NULL_ARGUMENT(pairing_session_start(all->provider, all->options, &session));
    IS_NULL_ARGUMENT(pairing_options_use_qr(all->options));
    IS_NULL_ARGUMENT(pairing_options_use_phone_code(all->options, "+5511999998888"));
    IS_NULL_ARGUMENT(pairing_options_expect_phone(all->options, "+5511999998888"));
    IS_NULL_ARGUMENT(pairing_options_set_policy(all->options, all->policy));
    IS_NULL_ARGUMENT(pairing_options_expect_webhooks(all->options));
    IS_NULL_ARGUMENT(pairing_policy_get(all->policy, PAIRING_POLICY_FIELD_DEADLINE_MS, &number));
    IS_NULL_ARGUMENT(pairing_policy_set(all->policy, PAIRING_POLICY_FIELD_DEADLINE_MS, 1));
    IS_NULL_ARGUMENT(pairing_policy_speed_up(all->policy, 1));
    IS_NULL_ARGUMENT(pairing_policy_validate(all->policy));
    IS_NULL_ARGUMENT(pairing_session_next(all->session, -1, &event));
    IS_NULL_ARGUMENT(pairing_session_fd(all->session, &fd));
    IS_NULL_ARGUMENT(pairing_session_resume(all->session));
    IS_NULL_ARGUMENT(pairing_session_switch_to_qr(all->session));
    IS_NULL_ARGUMENT(pairing_session_switch_to_phone_code(all->session, "+5511999998888"));
    IS_NULL_ARGUMENT(pairing_session_notify(all->session, (const uint8_t *)"{}", 2));
    IS_NULL_ARGUMENT(pairing_session_notify_with_headers(all->session, (const uint8_t *)"{}", 2,
                                                         NULL, NULL, 0));
    IS_NULL_ARGUMENT(pairing_session_cancel(all->session));
    IS_NULL_ARGUMENT(pairing_session_view(all->session, &view));
    IS_NULL_ARGUMENT(pairing_session_next_view(all->session, 0, &view));
    IS_NULL_ARGUMENT(pairing_qr_from_event(all->event, &qr));
    IS_NULL_ARGUMENT(pairing_qr_to_svg(all->qr, &buffer));
    IS_NULL_ARGUMENT(pairing_qr_to_png(all->qr, 8, &buffer));
    IS_NULL_ARGUMENT(pairing_qr_to_terminal(all->qr, false, 4, &buffer));
    EXPECT(fd == -1 && number == 0);
    EXPECT(!status && !buffer && !view && !session && !policy && !event && !qr);
}

static void expect_neutral(struct all *all) {
    EXPECT(!pairing_provider_get_name(all->provider));
    EXPECT(!pairing_provider_can(all->provider, PAIRING_CAPABILITY_QR_TEXT));
    EXPECT(pairing_event_get_kind(all->event) == PAIRING_EVENT_KIND_NONE);
    EXPECT(pairing_event_get_seq(all->event) == 0);
    EXPECT(pairing_event_get_round(all->event) == 0);
    EXPECT(pairing_event_get_attempt(all->event) == 0);
    EXPECT(pairing_event_get_code_kind(all->event) == PAIRING_CODE_KIND_NONE);
    EXPECT(!pairing_event_get_code_text(all->event));
    EXPECT(!pairing_event_get_code_image(all->event));
    EXPECT(pairing_event_get_code_image_size(all->event) == 0);
    EXPECT(!pairing_event_get_code_image_type(all->event));
    EXPECT(pairing_event_get_expires_at_ms(all->event) == -1);
    EXPECT(pairing_event_get_remaining_ms(all->event) == -1);
    EXPECT(pairing_event_get_expiry(all->event) == PAIRING_EXPIRY_NONE);
    EXPECT(pairing_event_get_retry_at_ms(all->event) == -1);
    EXPECT(pairing_event_get_failure(all->event) == PAIRING_STATUS_OK);
    EXPECT(!pairing_event_get_failure_message(all->event));
    EXPECT(!pairing_event_get_failure_retryable(all->event));
    EXPECT(pairing_event_get_failure_retry_after_ms(all->event) == -1);
    EXPECT(pairing_event_get_outcome(all->event) == PAIRING_OUTCOME_NONE);
    EXPECT(!pairing_event_get_phone(all->event));
    EXPECT(!pairing_event_get_passkey_url(all->event));
    EXPECT(!pairing_event_get_passkey_confirmation_code(all->event));
    EXPECT(pairing_event_get_method(all->event) == PAIRING_METHOD_NONE);
    EXPECT(!pairing_event_get_method_phone(all->event));
    EXPECT(pairing_view_get_method(all->view) == PAIRING_METHOD_NONE);
    EXPECT(!pairing_view_get_phone(all->view));
    EXPECT(pairing_view_get_codes_per_round(all->view) == 0);
    EXPECT(!pairing_view_get_screen(all->view));
    EXPECT(!pairing_view_get_retrying(all->view));
    EXPECT(!pairing_view_can(all->view, PAIRING_ACTION_CANCEL));
    EXPECT(pairing_qr_get_width(all->qr) == 0);
    EXPECT(!pairing_qr_is_dark(all->qr, 0, 0));
    EXPECT(!pairing_buffer_get_data(all->buffer));
    EXPECT(!pairing_buffer_get_text(all->buffer));
    EXPECT(pairing_buffer_get_size(all->buffer) == 0);
}

static void null_handles(void) {
    struct all none = {.gateway = GATEWAY_INITIALIZER};
    expect_null_argument(&none);
    expect_neutral(&none);
    EXPECT(!pairing_instance_status_get_connected(NULL));
    EXPECT(pairing_instance_status_get_phase(NULL) == PAIRING_INSTANCE_PHASE_NONE);
    EXPECT(!pairing_instance_status_get_phone(NULL));
    EXPECT(!pairing_instance_status_get_passkey_url(NULL));
    EXPECT(!pairing_instance_status_get_passkey_confirmation_code(NULL));
    EXPECT(!pairing_http_request_get_method(NULL));
    EXPECT(!pairing_http_request_get_url(NULL));
    EXPECT(!pairing_http_request_get_body(NULL));
    EXPECT(pairing_http_request_get_header_count(NULL) == 0);
    EXPECT(!pairing_http_request_get_header_name(NULL, 0));
    EXPECT(!pairing_http_request_get_header_value(NULL, 0));
    EXPECT(pairing_http_exchange_get_id(NULL) == 0);
    EXPECT(!pairing_http_exchange_is_cancelled(NULL));
    IS_NULL_ARGUMENT(pairing_http_exchange_set_date(NULL, "now"));
    IS_NULL_ARGUMENT(pairing_http_exchange_complete(NULL, 200, NULL, NULL, NULL, 0));
    IS_NULL_ARGUMENT(pairing_http_exchange_fail(NULL, PAIRING_HTTP_FAILURE_TLS));
    EXPECT(pairing_last_error() != NULL);
}

static void null_out_parameters_and_texts(void) {
    struct all all;
    make(&all);
    pairing_provider *provider = NULL;
    pairing_qr *qr = NULL;
    pairing_http no_send = gateway_table(&all.gateway);
    no_send.send = NULL;
    IS_NULL_ARGUMENT(pairing_provider_open("zapi", all.settings, NULL, NULL));
    IS_NULL_ARGUMENT(pairing_provider_open(NULL, all.settings, NULL, &provider));
    IS_NULL_ARGUMENT(pairing_provider_open("zapi", all.settings, &no_send, &provider));
    EXPECT(pairing_provider_open("zapi", NULL, NULL, &provider) ==
           PAIRING_STATUS_INVALID_SETTINGS);
    EXPECT(!provider);
    IS_NULL_ARGUMENT(pairing_settings_set(all.settings, NULL, "x"));
    IS_NULL_ARGUMENT(pairing_settings_set(all.settings, "token", NULL));
    IS_NULL_ARGUMENT(pairing_options_use_phone_code(all.options, NULL));
    IS_NULL_ARGUMENT(pairing_options_expect_phone(all.options, NULL));
    IS_NULL_ARGUMENT(pairing_options_set_policy(all.options, NULL));
    IS_NULL_ARGUMENT(pairing_policy_recommended(all.provider, NULL));
    IS_NULL_ARGUMENT(pairing_policy_get(all.policy, PAIRING_POLICY_FIELD_DEADLINE_MS, NULL));
    IS_NULL_ARGUMENT(pairing_provider_status(all.provider, 0, NULL));
    IS_NULL_ARGUMENT(pairing_session_start(all.provider, NULL, NULL));
    IS_NULL_ARGUMENT(pairing_session_next(all.session, -1, NULL));
    IS_NULL_ARGUMENT(pairing_session_fd(all.session, NULL));
    IS_NULL_ARGUMENT(pairing_session_switch_to_phone_code(all.session, NULL));
    IS_NULL_ARGUMENT(pairing_session_notify(all.session, NULL, 1));
    const char *const no_texts[] = {NULL};
    IS_NULL_ARGUMENT(pairing_session_notify_with_headers(all.session, NULL, 0, NULL, no_texts, 1));
    IS_NULL_ARGUMENT(pairing_session_notify_with_headers(all.session, NULL, 0, no_texts, NULL, 1));
    IS_NULL_ARGUMENT(
        pairing_session_notify_with_headers(all.session, NULL, 0, no_texts, no_texts, 1));
    IS_NULL_ARGUMENT(pairing_session_view(all.session, NULL));
    IS_NULL_ARGUMENT(pairing_session_next_view(all.session, 0, NULL));
    IS_NULL_ARGUMENT(pairing_qr_from_event(all.event, NULL));
    IS_NULL_ARGUMENT(pairing_qr_from_text("x", NULL));
    IS_NULL_ARGUMENT(pairing_qr_from_text(NULL, &qr));
    IS_NULL_ARGUMENT(pairing_qr_to_svg(all.qr, NULL));
    IS_NULL_ARGUMENT(pairing_qr_to_png(all.qr, 8, NULL));
    IS_NULL_ARGUMENT(pairing_qr_to_terminal(all.qr, false, 4, NULL));
    drop(&all);
}

static void free_of_null(void) {
    pairing_settings_free(NULL);
    pairing_provider_free(NULL);
    pairing_options_free(NULL);
    pairing_policy_free(NULL);
    pairing_session_free(NULL);
    pairing_event_free(NULL);
    pairing_view_free(NULL);
    pairing_qr_free(NULL);
    pairing_buffer_free(NULL);
    pairing_instance_status_free(NULL);
}

static void freed_then_nulled(void) {
    struct all all;
    make(&all);
    drop(&all);
    all.settings = NULL;
    all.provider = NULL;
    all.options = NULL;
    all.policy = NULL;
    all.session = NULL;
    all.event = NULL;
    all.view = NULL;
    all.qr = NULL;
    all.buffer = NULL;
    expect_null_argument(&all);
    expect_neutral(&all);
    drop(&all);
}

static const struct tap_test tests[] = {
    {"every function takes NULL for every handle", null_handles},
    {"every function takes NULL for its other pointers", null_out_parameters_and_texts},
    {"NULL can be freed", free_of_null},
    {"a handle that was freed and set to NULL is NULL", freed_then_nulled},
};

TAP_MAIN(tests)
