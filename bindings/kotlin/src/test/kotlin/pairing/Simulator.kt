package pairing

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.util.Base64
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** A test that runs with several providers, which it takes by name. */
@ParameterizedTest
@MethodSource("pairing.Gateways#names")
annotation class SampleGateways

object Gateways {
    /** Two that answer the first request for a code with one, and two that must be started: what Kotlin adds
     * is the same for each. The scenarios link with every gateway. */
    @JvmStatic
    fun names(): List<String> = providers().take(4).map { it.name }
}

/** What somebody could log in with; `toString` is for messages of failed tests. */
class Instance(
    /** Its gateway's name in this library. */
    val provider: String,
    private val id: String,
    val phone: String,
    credentials: Map<String, String>,
) {
    val credentials: List<String> = credentials.values.toList()

    val settings: Map<String, String> = credentials + ("base_url" to Simulator.base)

    /** As the example reads them. */
    val environment: Map<String, String>
        get() = settings.mapKeys { (key, _) -> "PAIRING_${provider}_$key".uppercase().replace('-', '_') }

    /** Whether its QR codes are texts, which a terminal can show; others are pictures. */
    val sendsText: Boolean get() = open().describe().capabilities.qrText

    fun open(transport: HttpTransport? = null): PairingProvider =
        openProvider(provider, settings, transport)

    /** The phone scans what the event shows. */
    fun scan(code: PairingCode) {
        code.exposeImage()?.let(::scan) ?: scan("text", checkNotNull(code.exposeText()))
    }

    /** The phone scans a PNG or JPEG. */
    fun scan(picture: ByteArray) = scan("picture", Base64.getEncoder().encodeToString(picture))

    private fun scan(form: String, seen: String) {
        Simulator.call("POST", "instances/$id/scan", """{"$form":"$seen"}""")
    }

    fun type(code: String) {
        Simulator.call("POST", "instances/$id/type", """{"code":"$code"}""")
    }

    fun link() {
        Simulator.call("POST", "instances/$id/link")
    }

    val isLinked: Boolean
        get() = """"linked":true""" in Simulator.call("GET", "instances/$id")

    override fun toString(): String = "an instance of $provider"
}

/** The control surface of `pairing sim`, which the suite has started. */
object Simulator {
    val base: String = checkNotNull(System.getenv("PAIRING_SIM")) {
        "run `cargo xtask test kotlin`, which starts the simulator"
    }
    private val client = HttpClient.newHttpClient()

    /**
     * An instance of the test's own, so that no test sees another. Its first QR code lives for a
     * minute, in which every test is done with it, however slow the machine is.
     */
    fun instance(gateway: String): Instance {
        val setup = """{"dialect":"$gateway","rotation":"first_60_then_20s"}"""
        val made = call("POST", "instances", setup)
        val field = { name: String -> checkNotNull(text(made, name)) { "$name is missing" } }
        return Instance(gateway, field("id"), field("phone"), settings(made))
    }

    fun call(method: String, path: String, body: String = ""): String {
        val request = java.net.http.HttpRequest.newBuilder(URI.create("$base/_sim/$path"))
            .method(method, BodyPublishers.ofString(body))
            .build()
        val response = client.send(request, BodyHandlers.ofString())
        check(response.statusCode() < 300) { "$method $path: ${response.body()}" }
        return response.body()
    }

    /** What the library needs to reach an instance, except the address. */
    private fun settings(json: String): Map<String, String> {
        val all = checkNotNull(Regex(""""settings":\{([^}]*)}""").find(json)) { "no settings" }
        val each = Regex(""""([^"]*)":"([^"]*)"""").findAll(all.groupValues[1])
        return each.associate { it.groupValues[1] to it.groupValues[2] }
    }

    /** A text of a JSON object; these hold no escapes. */
    fun text(json: String, field: String): String? =
        Regex(""""$field":"([^"]*)"""").find(json)?.groupValues?.get(1)
}

/** The provider's own policy, which looks at the status often. */
fun PairingProvider.attentive(speed: UInt = 1u): PairingPolicy =
    scaledDownPolicy(checkNotNull(describe().recommendedPolicy), speed)
        .copy(
            statusInterval = Duration.ofMillis(50),
            // The simulator takes its time, however fast the session is.
            notReadyLimit = 10_000u,
            // However quick the rest: a busy machine may take its time.
            deadline = Duration.ofMinutes(5),
        )
