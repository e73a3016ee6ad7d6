package pairing

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking

/** Sessions against the simulated gateways, by the library's own HTTP client. */
class LinkTest {
    @SampleGateways
    fun `a phone scans the code`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        val provider = instance.open()
        val outcome = link(provider, SessionOptions(PairingMethod.Qr, provider.attentive())) {
            (it.screen as? Screen.Code)?.let { shown -> instance.scan(shown.code) }
        }
        assertEquals(PairingOutcome.Connected(instance.phone), outcome)
        assertTrue(instance.isLinked)
    }

    @SampleGateways
    fun `somebody types the code`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        val provider = instance.open()
        val method = PairingMethod.PhoneCode(instance.phone)
        val outcome = link(provider, SessionOptions(method, provider.attentive())) {
            val shown = it.screen as? Screen.Code ?: return@link
            assertEquals(CodeForm.PHONE_CODE, shown.code.form())
            instance.type(checkNotNull(shown.code.exposeText()))
        }
        assertEquals(PairingOutcome.Connected(instance.phone), outcome)
    }

    @SampleGateways
    fun `nobody uses the codes of a round, then somebody resumes`(gateway: String) =
        runBlocking<Unit> {
            val instance = Simulator.instance(gateway)
            val provider = instance.open()
            val options = SessionOptions(PairingMethod.Qr, provider.attentive(speed = 50u))
            PairingSession(provider, options).use { session ->
                session.await<EventKind.InteractionRequired>()
                session.resume()
                session.await<EventKind.Preparing>()
                instance.scan(session.await<EventKind.CodeReady>().code)
                assertEquals(PairingOutcome.Connected(instance.phone), session.outcome())
            }
        }

    @SampleGateways
    fun `cancelled while a code is shown`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        PairingSession(instance.open(), SessionOptions(PairingMethod.Qr)).use { session ->
            session.await<EventKind.CodeReady>()
            session.cancel()
            assertEquals(PairingOutcome.Cancelled, session.outcome())
            assertIs<Screen.Finished>(session.view().screen)
        }
    }

    @SampleGateways
    fun `from QR code to phone code`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        val provider = instance.open()
        val options = SessionOptions(PairingMethod.Qr, provider.attentive())
        PairingSession(provider, options).use { session ->
            session.await<EventKind.CodeReady>()
            session.switchMethod(PairingMethod.PhoneCode(instance.phone))
            session.await<EventKind.CodeExpired>()
            val code = session.await<EventKind.CodeReady>().code
            instance.type(checkNotNull(code.exposeText()))
            assertIs<PairingOutcome.Connected>(session.outcome())
        }
    }

    @SampleGateways
    fun `a provider works without a session`(gateway: String) = runBlocking<Unit> {
        val instance = Simulator.instance(gateway)
        val provider = instance.open()
        assertFalse(provider.status().connected)
        instance.link()
        assertTrue(provider.status().connected)
        assertIs<CodeReply.AlreadyConnected>(provider.requestCode(CodeRequest(PairingMethod.Qr)))
        provider.unlink()
        assertFalse(provider.status().connected)
        assertNull(Simulator.instance(gateway).open().status().phone)
    }
}
