package example

import java.util.Locale
import pairing.PairingOutcome

/** What this program says, in one language. */
internal interface Texts {
    val preparing: String
    val scan: String
    val expired: String
    val pressEnter: String

    fun usage(providers: List<String>): String
    fun refused(reason: String): String
    fun scanPicture(file: String): String
    fun type(code: String): String
    fun retrying(reason: String): String
    fun outcome(outcome: PairingOutcome): String
}

internal fun texts(): Texts =
    if (Locale.getDefault().language == "pt") Portuguese else English

private object English : Texts {
    override val preparing = "Asking for a code …"
    override val scan = "Scan it: WhatsApp > Linked devices > Link a device. q and Enter: give up."
    override val expired = "That code is no longer valid."
    override val pressEnter = "Nobody used the codes. Press Enter for new ones."

    override fun usage(providers: List<String>) =
        "Usage: link <${providers.joinToString("|")}> [<phone number, for a code to type>]"
    override fun refused(reason: String) = "This cannot work: $reason"
    override fun scanPicture(file: String) = "Open this picture and scan it: $file"
    override fun type(code: String) = "Type this code into WhatsApp: $code"
    override fun retrying(reason: String) = "One moment, trying again: $reason"
    override fun outcome(outcome: PairingOutcome) = when (outcome) {
        is PairingOutcome.Connected -> "Linked: ${outcome.phone ?: "yes"}"
        is PairingOutcome.AlreadyConnected -> "Was linked already: ${outcome.phone ?: "yes"}"
        is PairingOutcome.WrongAccount -> "Another number is linked: ${outcome.phone}"
        PairingOutcome.PasskeyRequired -> "WhatsApp wants a passkey: finish at the provider."
        is PairingOutcome.Rejected -> "Refused: ${outcome.error.message}"
        is PairingOutcome.Unavailable -> "Out of order: ${outcome.error.message}"
        is PairingOutcome.RateLimited -> "Too many attempts. Try again later."
        PairingOutcome.Deadline -> "Nobody came. Start again when you are ready."
        PairingOutcome.Cancelled -> "Cancelled."
    }
}

private object Portuguese : Texts {
    override val preparing = "Pedindo um código …"
    override val scan =
        "Escaneie: WhatsApp > Dispositivos conectados > Conectar dispositivo. q e Enter: desistir."
    override val expired = "Esse código não vale mais."
    override val pressEnter = "Ninguém usou os códigos. Pressione Enter para pedir outros."

    override fun usage(providers: List<String>) =
        "Uso: link <${providers.joinToString("|")}> [<telefone, para um código de digitar>]"
    override fun refused(reason: String) = "Assim não funciona: $reason"
    override fun scanPicture(file: String) = "Abra esta imagem e escaneie: $file"
    override fun type(code: String) = "Digite este código no WhatsApp: $code"
    override fun retrying(reason: String) = "Um momento, tentando de novo: $reason"
    override fun outcome(outcome: PairingOutcome) = when (outcome) {
        is PairingOutcome.Connected -> "Conectado: ${outcome.phone ?: "sim"}"
        is PairingOutcome.AlreadyConnected -> "Já estava conectado: ${outcome.phone ?: "sim"}"
        is PairingOutcome.WrongAccount -> "Outro número está conectado: ${outcome.phone}"
        PairingOutcome.PasskeyRequired -> "O WhatsApp pede uma passkey: conclua no provedor."
        is PairingOutcome.Rejected -> "Recusado: ${outcome.error.message}"
        is PairingOutcome.Unavailable -> "Fora do ar: ${outcome.error.message}"
        is PairingOutcome.RateLimited -> "Tentativas demais. Tente de novo mais tarde."
        PairingOutcome.Deadline -> "Ninguém apareceu. Comece de novo quando puder."
        PairingOutcome.Cancelled -> "Cancelado."
    }
}
