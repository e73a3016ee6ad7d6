package example

import java.util.Locale
import pairing.PairingOutcome

/** What this program says, in one language. */
internal interface Texts {
    val preparing: String
    val starting: String
    val scan: String
    val expired: String
    val pressEnter: String
    val linking: String
    val confirming: String
    val passkey: String

    fun usage(providers: List<String>): String
    fun refused(reason: String): String
    fun scanPicture(file: String): String
    fun type(code: String): String
    fun openPage(url: String): String
    fun compare(code: String): String
    fun retrying(reason: String): String
    fun outcome(outcome: PairingOutcome): String
}

internal fun texts(): Texts =
    if (Locale.getDefault().language == "pt") Portuguese else English

private object English : Texts {
    override val preparing = "Asking for a code …"
    override val starting = "The gateway is starting. This can take minutes."
    override val scan = "Scan it: WhatsApp > Linked devices > Link a device. q and Enter: give up."
    override val expired = "That code is no longer valid."
    override val pressEnter = "Nobody used the codes. Press Enter for new ones."
    override val linking = "The code was used. Finishing …"
    override val confirming = "Linked. Checking that it stays so …"
    override val passkey =
        "WhatsApp wants a passkey for this account. Finish as follows, or at the provider; " +
            "Enter asks for codes again."

    override fun usage(providers: List<String>) =
        "Usage: link <${providers.joinToString("|")}> [<phone number, for a code to type>]"
    override fun refused(reason: String) = "This cannot work: $reason"
    override fun scanPicture(file: String) = "Open this picture and scan it: $file"
    override fun type(code: String) = "Type this code into WhatsApp: $code"
    override fun openPage(url: String) = "Open this page: $url"
    override fun compare(code: String) = "Compare this code with the phone's: $code"
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
        PairingOutcome.LinkDropped -> "WhatsApp linked the number and removed it again."
    }
}

private object Portuguese : Texts {
    override val preparing = "Pedindo um código …"
    override val starting = "O gateway está iniciando. Isso pode levar minutos."
    override val scan =
        "Escaneie: WhatsApp > Dispositivos conectados > Conectar dispositivo. q e Enter: desistir."
    override val expired = "Esse código não vale mais."
    override val pressEnter = "Ninguém usou os códigos. Pressione Enter para pedir outros."
    override val linking = "O código foi usado. Concluindo …"
    override val confirming = "Conectado. Verificando se permanece assim …"
    override val passkey =
        "O WhatsApp pede uma passkey para esta conta. Conclua como indicado, ou no provedor; " +
            "Enter pede códigos de novo."

    override fun usage(providers: List<String>) =
        "Uso: link <${providers.joinToString("|")}> [<telefone, para um código de digitar>]"
    override fun refused(reason: String) = "Assim não funciona: $reason"
    override fun scanPicture(file: String) = "Abra esta imagem e escaneie: $file"
    override fun type(code: String) = "Digite este código no WhatsApp: $code"
    override fun openPage(url: String) = "Abra esta página: $url"
    override fun compare(code: String) = "Compare este código com o do celular: $code"
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
        PairingOutcome.LinkDropped -> "O WhatsApp conectou o número e o removeu em seguida."
    }
}
