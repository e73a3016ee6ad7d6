package pairing

import java.net.http.HttpClient
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import pairing.jdk.JdkHttpTransport

/** Keeps what another transport did. */
private class Watched(private val inner: HttpTransport) : HttpTransport {
    val requests = AtomicInteger()

    @Volatile
    var thrown: Throwable? = null

    override suspend fun send(request: HttpRequest): HttpResponse {
        requests.incrementAndGet()
        return try {
            inner.send(request)
        } catch (error: Throwable) {
            thrown = error
            throw error
        }
    }
}

private const val TOKEN = "s3cret-token"

private fun providerAt(address: String, transport: HttpTransport): PairingProvider =
    openProvider(
        "zapi",
        mapOf("instance" to "3C01", "token" to TOKEN, "base_url" to address),
        transport,
    )

/** Transports in Kotlin: the JDK's client as the library ships it, and what broken ones do. */
class TransportTest {
    @SampleGateways
    fun `the JDK's client links`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        val transport = Watched(JdkHttpTransport())
        val provider = instance.open(transport)
        val outcome = link(provider, SessionOptions(PairingMethod.Qr, provider.attentive())) {
            (it.screen as? Screen.Code)?.let { shown -> instance.scan(shown.code) }
        }
        assertEquals(PairingOutcome.Connected(instance.phone), outcome)
        assertTrue(transport.requests.get() >= 2)
    }

    @Test
    fun `a refused connection`() = runBlocking<Unit> {
        val address = Server.closedAddress()
        assertIs<TransportException.Connect>(failure(address, JdkHttpTransport()))
    }

    @Test
    fun `a server that says nothing`() = runBlocking<Unit> {
        Server { it.untilTheClientHangsUp() }.use { server ->
            val impatient = JdkHttpTransport(timeout = Duration.ofMillis(50))
            assertIs<TransportException.Timeout>(failure(server.address, impatient))
        }
    }

    @Test
    fun `a body that never ends`() = runBlocking<Unit> {
        Server { connection ->
            connection.say("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
            connection.sayUntilTheClientHangsUp("x".repeat(64 * 1024))
        }.use { server ->
            assertIs<TransportException.BodyTooLarge>(failure(server.address, JdkHttpTransport()))
        }
    }

    @Test
    fun `a body that ends too early`() = runBlocking<Unit> {
        Server { it.say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf") }.use { server ->
            assertIs<TransportException.Interrupted>(failure(server.address, JdkHttpTransport()))
        }
    }

    @Test
    fun `no TLS where TLS is expected`() = runBlocking<Unit> {
        Server { it.say("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n") }.use { server ->
            val address = server.address.replace("http:", "https:")
            assertIs<TransportException.Tls>(failure(address, JdkHttpTransport()))
        }
    }

    @Test
    fun `redirects are answers`() = runBlocking<Unit> {
        Server {
            it.say("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
        }.use { server ->
            val transport = Watched(JdkHttpTransport())
            val provider = providerAt(server.address, transport)
            assertFailsWith<PairingException> { provider.status() }
            assertEquals(null, transport.thrown)
            assertEquals(1, server.connections.get())
        }
    }

    @Test
    fun `a client that would follow redirects or keep cookies is refused`() {
        val following = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS)
        assertFailsWith<IllegalArgumentException> { JdkHttpTransport(following.build()) }
        val hoarding = HttpClient.newBuilder().cookieHandler(java.net.CookieManager())
        assertFailsWith<IllegalArgumentException> { JdkHttpTransport(hoarding.build()) }
    }

    @Test
    fun `cancelling the session closes the connection`() = runBlocking<Unit> {
        Server { it.untilTheClientHangsUp() }.use { server ->
            val provider = providerAt(server.address, JdkHttpTransport())
            val linking = launch { link(provider) {} }
            server.connected.await()
            linking.cancelAndJoin()
            server.served.await()
        }
    }

    @Test
    fun `a session that was cancelled cancels the transport's call`() = runBlocking<Unit> {
        val hanging = Hanging()
        val transport = object : HttpTransport {
            override suspend fun send(request: HttpRequest): HttpResponse = hanging.hang()
        }
        PairingSession(providerAt("http://127.0.0.1", transport), attentive()).use { session ->
            hanging.began.await()
            session.cancel()
            hanging.cancelled.await()
            assertEquals(PairingOutcome.Cancelled, session.outcome())
        }
    }

    @Test
    fun `what nobody expects it to throw is a failure without its text`() = runBlocking<Unit> {
        for (throwable in listOf(::UnsupportedOperationException, ::NotImplementedError)) {
            val broken = object : HttpTransport {
                override suspend fun send(request: HttpRequest): HttpResponse =
                    throw throwable("cannot load ${request.exposeUrl()}")
            }
            val provider = providerAt("http://127.0.0.1", broken)
            val error = assertFailsWith<PairingException> { provider.status() }
            assertEquals(ErrorCode.INTERNAL, error.code)
            assertFalse(TOKEN in error.toString(), error.toString())
            val outcome = assertIs<PairingOutcome.Rejected>(link(provider) {})
            assertFalse(TOKEN in outcome.toString(), outcome.toString())
        }
    }

    /** What the transport threw; whatever it is, it must not give the address away. */
    private suspend fun failure(address: String, transport: HttpTransport): Throwable? {
        val watched = Watched(transport)
        val error = assertFailsWith<PairingException> { providerAt(address, watched).status() }
        for (shown in listOf(error.toString(), watched.thrown?.stackTraceToString().orEmpty())) {
            assertFalse(TOKEN in shown, shown)
        }
        return watched.thrown
    }
}
