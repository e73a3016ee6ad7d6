package pairing

import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.runBlocking

/** A provider in Kotlin, and what becomes of its exceptions. */
class OwnProviderTest {
    @Test
    fun `it links`() = runBlocking<Unit> {
        val provider = FakeProvider { codeReply("2@a,b") }
        val outcome = link(provider, attentive()) {
            val shown = it.screen as? Screen.Code ?: return@link
            assertEquals("2@a,b", shown.code.exposeText())
            provider.status = InstanceStatus(InstancePhase.LINKED, "+5511999998888")
        }
        assertEquals(PairingOutcome.Connected("+5511999998888"), outcome)
        assertEquals(1, provider.requests.get())
    }

    @Test
    fun `its failures decide what the session does`() = runBlocking<Unit> {
        val wait = Duration.ofMinutes(10)
        val limited = FakeProvider {
            throw providerFailure(ErrorCode.RATE_LIMITED, "too many", retryAfter = wait)
        }
        assertEquals(PairingOutcome.RateLimited(wait), link(limited, attentive()) {})
        val refusing = FakeProvider { throw providerFailure(ErrorCode.INVALID_CREDENTIALS, "no") }
        val refused = assertIs<PairingOutcome.Rejected>(link(refusing, attentive()) {})
        assertEquals(FailureReport(ErrorCode.INVALID_CREDENTIALS, "no", false, null), refused.error)
    }

    @Test
    fun `a failure that may pass is repeated`() = runBlocking<Unit> {
        val failing = FakeProvider { throw providerFailure(ErrorCode.UNAVAILABLE, "down") }
        val options = SessionOptions(
            PairingMethod.Qr,
            // A busy machine may take its time.
            scaledDownPolicy(defaultPolicy(), 1000u).copy(deadline = Duration.ofMinutes(5)),
        )
        val errors = mutableListOf<FailureReport>()
        val session = PairingSession(failing, options)
        session.events().collect {
            (it.kind as? EventKind.Retrying)?.let { retrying -> errors += retrying.error }
        }
        val outcome = assertIs<Screen.Finished>(session.view().screen).outcome
        assertEquals(List(5) { FailureReport(ErrorCode.UNAVAILABLE, "down", true, null) }, errors)
        assertIs<PairingOutcome.Unavailable>(outcome)
        assertEquals(6, failing.requests.get())
    }

    @Test
    fun `what nobody expects it to throw is a failure without its text`() = runBlocking<Unit> {
        for (thrown in listOf(
            IllegalArgumentException("https://example.com/token/s3cret"),
            CancellationException("s3cret"),
            NotImplementedError("s3cret"),
        )) {
            val outcome = link(FakeProvider { throw thrown }, attentive()) {}
            val error = assertIs<PairingOutcome.Rejected>(outcome).error
            assertEquals(ErrorCode.INTERNAL, error.code)
            assertFalse("s3cret" in error.toString(), error.toString())
        }
    }

    @Test
    fun `one that cannot describe itself does not start`() {
        for (thrown in listOf(IllegalStateException("s3cret"), NotImplementedError("s3cret"))) {
            val broken = object : FakeProvider({ codeReply() }) {
                override fun describe(): ProviderDescription = throw thrown
            }
            val refused = assertFailsWith<PairingException> { PairingSession(broken, attentive()) }
            assertEquals(ErrorCode.INTERNAL, refused.code)
            assertFalse("s3cret" in refused.toString(), refused.toString())
        }
    }

    @Test
    fun `it is told why a code is asked for, and ends the attempt that is left`() = runBlocking<Unit> {
        val requests = mutableListOf<CodeRequest>()
        val abandoned = CompletableDeferred<Unit>()
        val provider = object : FakeProvider({ codeReply() }) {
            override fun describe() =
                ProviderDescription("fake", Capabilities(qrText = true, abandon = true))

            override suspend fun requestCode(request: CodeRequest): CodeReply {
                requests += request
                return super.requestCode(request)
            }

            override suspend fun abandon() {
                abandoned.complete(Unit)
            }
        }
        PairingSession(provider, attentive()).use { session ->
            session.await<EventKind.CodeReady>()
            session.cancel()
            abandoned.await()
        }
        assertEquals(CodeRequest(PairingMethod.Qr), requests.first())
    }

    @Test
    fun `it reads the headers of a webhook`() = runBlocking<Unit> {
        val provider = object : FakeProvider({ codeReply() }) {
            override fun readWebhook(webhook: IncomingWebhook): WebhookHint {
                assertEquals("{}", webhook.exposeBody().decodeToString())
                if (webhook.exposeHeader("x-signature") != "right") {
                    throw providerFailure(ErrorCode.INVALID_SIGNATURE, "not signed")
                }
                return WebhookHint.PROGRESS
            }
        }
        PairingSession(provider, attentive()).use { session ->
            val body = "{}".toByteArray()
            assertEquals(WebhookHint.PROGRESS, session.notify(body, mapOf("X-Signature" to "right")))
            val refused = assertFailsWith<PairingException> { session.notify(body) }
            assertEquals(ErrorCode.INVALID_SIGNATURE, refused.code)
        }
    }

    @Test
    fun `what it does not have is unsupported`() = runBlocking<Unit> {
        val provider = FakeProvider { codeReply() }
        val phone = SessionOptions(PairingMethod.PhoneCode("+5511999998888"))
        val refused = assertFailsWith<PairingException> { PairingSession(provider, phone) }
        assertEquals(ErrorCode.UNSUPPORTED, refused.code)
        PairingSession(provider, attentive()).use { session ->
            val deaf = assertFailsWith<PairingException> { session.notify("{}".toByteArray()) }
            assertEquals(ErrorCode.UNSUPPORTED, deaf.code)
            assertEquals("this gateway has no webhooks", deaf.reason)
        }
    }
}
