package pairing

import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import pairing.jdk.JdkHttpTransport

/** No description of anything shows a credential or a live code. */
class SecretsTest {
    @SampleGateways
    fun `nothing describes its secrets`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        // The end of an attempt may be sent after its session was closed.
        val shown = CopyOnWriteArrayList<Any?>()
        val secrets = instance.credentials.toMutableList()
        val inner = JdkHttpTransport()
        val transport = object : HttpTransport {
            override suspend fun send(request: HttpRequest): HttpResponse {
                shown += request.toString()
                return inner.send(request).also { shown += it.toString() }
            }
        }
        val provider = instance.open(transport)
        shown += provider.describe()
        for (method in listOf(PairingMethod.Qr, PairingMethod.PhoneCode(instance.phone))) {
            PairingSession(provider, SessionOptions(method)).use { session ->
                val ready = session.await<EventKind.CodeReady>()
                secrets += listOfNotNull(ready.code.exposeText())
                secrets += ready.code.exposeImage()?.let(::spellings).orEmpty()
                shown.addAll(listOf(provider, session, session.events(), session.view()))
                shown.addAll(listOf(session.view().screen, ready, ready.code))
                if (ready.code.form() == CodeForm.QR_TEXT) {
                    ready.code.qr().use { shown += it.toString() }
                }
                shown += assertFailsWith<PairingException> { session.resume() }
                shown += assertFailsWith<PairingException> {
                    session.notify(ready.code.exposeText().orEmpty().toByteArray())
                }
            }
        }
        for (setting in instance.settings.keys) {
            val wrong = instance.settings + (setting to "${secrets.first()} ")
            val refused = runCatching { openProvider(gateway, wrong) }
            shown += refused.exceptionOrNull()
        }
        shown += assertFailsWith<PairingException> { openProvider("zapi", mapOf("x" to "y")) }
        val step = PasskeyStep("https://passkey.example/", "CODE-1234")
        secrets += listOf("passkey.example", "CODE-1234", "s3cret")
        shown.addAll(listOf(step, CodeReply.PasskeyRequired(step), EventKind.PasskeyRequired(step)))
        shown += InstanceStatus(InstancePhase.PASSKEY_REQUIRED, passkey = step)
        shown += IncomingWebhook("s3cret".toByteArray(), mapOf("authorization" to "s3cret"))
        assertTrue(secrets.size >= 5)
        for (text in shown.map { if (it is Throwable) it.stackTraceToString() else "$it" }) {
            for (secret in secrets) {
                assertFalse(secret in text, text)
            }
        }
    }

    /** What would show a picture, or the beginning of it, to whoever sees it printed. */
    private fun spellings(picture: ByteArray): List<String> {
        val head = picture.copyOf(15)
        return listOf(
            head.joinToString(),
            head.joinToString { it.toUByte().toString() },
            head.joinToString("") { "%02x".format(it) },
            Base64.getEncoder().encodeToString(head),
            String(head, Charsets.ISO_8859_1).drop(1),
            // An array as Kotlin prints it: its bytes are not in it, but it is in reach.
            "[B@",
        )
    }
}
