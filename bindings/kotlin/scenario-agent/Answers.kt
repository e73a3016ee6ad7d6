/** Events and views as lines of the protocol. */
package pairing.agent

import java.time.Duration
import pairing.CodeForm
import pairing.EventKind
import pairing.Expiry
import pairing.FailureReport
import pairing.PairingCode
import pairing.PairingEvent
import pairing.PairingException
import pairing.PairingMethod
import pairing.PairingOutcome
import pairing.PairingView
import pairing.Screen
import pairing.errorCodeName

internal fun shown(event: PairingEvent): String = "event ${numbers(event)}" +
    when (val kind = event.kind) {
        is EventKind.Preparing, EventKind.Starting, EventKind.CodeExpired, EventKind.Linking,
        EventKind.InteractionRequired,
        -> ""
        is EventKind.CodeReady -> {
            val expiry = when (kind.expiry) {
                Expiry.EXACT -> "exact"
                Expiry.UPPER_BOUND -> "upper_bound"
            }
            " expires_at=${kind.expiresAt.toEpochMilli()} expiry=$expiry ${shown(kind.code)}"
        }
        is EventKind.Retrying -> " retry_at=${kind.retryAt.toEpochMilli()} ${shown(kind.error)}"
        is EventKind.PasskeyRequired -> " url=${orNone(kind.step.exposeUrl())}" +
            " confirmation_code=${orNone(kind.step.exposeConfirmationCode())}"
        is EventKind.Linked -> " phone=${orNone(kind.phone)}"
        is EventKind.Finished -> " ${shown(kind.outcome)}"
    }

internal fun shown(view: PairingView): String {
    val (method, phone) = when (val method = view.method) {
        PairingMethod.Qr -> "qr" to null
        is PairingMethod.PhoneCode -> "phone_code" to method.phone
    }
    val screen = when (view.screen) {
        Screen.Preparing -> "preparing"
        Screen.Starting -> "starting"
        is Screen.Code -> "code"
        Screen.CodeExpired -> "code_expired"
        Screen.Linking -> "linking"
        is Screen.PasskeyRequired -> "passkey_required"
        is Screen.Linked -> "linked"
        Screen.WaitingForUser -> "waiting_for_user"
        is Screen.Finished -> "finished"
    }
    return "view method=$method phone=${orNone(phone)} seq=${view.seq} round=${view.round} " +
        "attempt=${view.attempt} screen=$screen"
}

private fun numbers(event: PairingEvent): String {
    val kind = when (event.kind) {
        is EventKind.Preparing -> "preparing"
        EventKind.Starting -> "starting"
        is EventKind.CodeReady -> "code_ready"
        EventKind.CodeExpired -> "code_expired"
        is EventKind.Retrying -> "retrying"
        EventKind.Linking -> "linking"
        is EventKind.PasskeyRequired -> "passkey_required"
        is EventKind.Linked -> "linked"
        EventKind.InteractionRequired -> "interaction_required"
        is EventKind.Finished -> "finished"
    }
    return "seq=${event.seq} round=${event.round} attempt=${event.attempt} kind=$kind"
}

private fun shown(code: PairingCode): String = when (code.form()) {
    CodeForm.QR_TEXT -> "form=qr_text ${drawn(code)} code=${code.exposeText()}"
    CodeForm.QR_IMAGE -> {
        val bytes = code.exposeImage() ?: ByteArray(0)
        "form=qr_image code=" + bytes.joinToString("") { "%02x".format(it) }
    }
    CodeForm.PHONE_CODE -> "form=phone_code code=${code.exposeText()}"
}

/** Zeros, which fit no code, when it cannot be drawn. */
private fun drawn(code: PairingCode): String =
    try {
        code.qr().use { matrix ->
            "width=${matrix.width()} dark=${matrix.modules().count { it }}"
        }
    } catch (_: PairingException) {
        "width=0 dark=0"
    }

private fun shown(outcome: PairingOutcome): String = "outcome=" + when (outcome) {
    is PairingOutcome.Connected -> "connected phone=${orNone(outcome.phone)}"
    is PairingOutcome.AlreadyConnected -> "already_connected phone=${orNone(outcome.phone)}"
    is PairingOutcome.WrongAccount -> "wrong_account phone=${outcome.phone}"
    PairingOutcome.PasskeyRequired -> "passkey_required"
    is PairingOutcome.Rejected -> "rejected ${shown(outcome.error)}"
    is PairingOutcome.Unavailable -> "unavailable ${shown(outcome.error)}"
    is PairingOutcome.RateLimited -> "rate_limited retry_after=${seconds(outcome.retryAfter)}"
    PairingOutcome.Deadline -> "deadline"
    PairingOutcome.Cancelled -> "cancelled"
    PairingOutcome.LinkDropped -> "link_dropped"
}

private fun shown(error: FailureReport): String =
    "error=${errorCodeName(error.code)} retryable=${bit(error.retryable)} " +
        "retry_after=${seconds(error.retryAfter)} message=${error.message}"

private fun seconds(wait: Duration?): String = orNone(wait?.seconds?.toString())

private fun orNone(text: String?): String = text ?: "-"

internal fun bit(value: Boolean): Int = if (value) 1 else 0
