/** The sessions by id, and how one is opened. */
package pairing.agent

import java.time.Duration
import pairing.PairingEvent
import pairing.PairingMethod
import pairing.PairingPolicy
import pairing.PairingProvider
import pairing.PairingSession
import pairing.SessionOptions
import pairing.defaultPolicy
import pairing.openProvider
import pairing.scaledDownPolicy

/** A session and what came from it last. */
internal class Held(
    private val provider: PairingProvider,
    val session: PairingSession,
) : AutoCloseable {
    var last: PairingEvent? = null

    fun described(): String {
        val view = session.view()
        return "shows $provider $session $last $view ${view.screen}"
    }

    override fun close() {
        last?.destroy()
        session.close()
        (provider as AutoCloseable).close()
    }
}

internal class Sessions : AutoCloseable {
    private val held = mutableMapOf<String, Held>()

    fun get(id: String): Held = held[id] ?: throw BadCommand("there is no session of this id")

    fun keep(id: String, opened: Held) {
        held.put(id, opened)?.close()
    }

    fun forget(id: String) {
        get(id).close()
        held.remove(id)
    }

    override fun close() = held.values.forEach(Held::close)

    /** Starts a session from the fields of `start` after the id. */
    fun open(text: String): Held {
        val fields = text.split(' ')
        if (fields.size < 5) {
            throw BadCommand("a field is missing")
        }
        val (name, method, phone, expected, speed) = fields
        val pairs = fields.drop(5).map { field ->
            val parts = field.split('=', limit = 2)
            if (parts.size < 2) {
                throw BadCommand("a setting is key=value")
            }
            parts[0] to parts[1]
        }
        val (announced, others) = pairs.partition { it == "expect_webhooks" to "1" }
        val (changes, settings) = others.partition { (key, _) -> key.startsWith("policy.") }
        val provider = openProvider(name, settings.toMap())
        val recommended = provider.describe().recommendedPolicy ?: defaultPolicy()
        val policy = changes.fold(scaledDownPolicy(recommended, number(speed))) { policy, change ->
            policy.changed(change.first, number(change.second))
        }
        val options = SessionOptions(
            method = readMethod(method, phone),
            policy = policy,
            expectedPhone = expected.takeIf { it != "-" },
            expectWebhooks = announced.isNotEmpty(),
        )
        return Held(provider, PairingSession(provider, options))
    }
}

private fun readMethod(method: String, phone: String): PairingMethod = when (method) {
    "qr" -> PairingMethod.Qr
    "phone_code" -> PairingMethod.PhoneCode(phone)
    else -> throw BadCommand("the method is qr or phone_code")
}

private fun PairingPolicy.changed(key: String, value: UInt): PairingPolicy {
    val duration = Duration.ofMillis(value.toLong())
    return when (key) {
        "policy.deadline_ms" -> copy(deadline = duration)
        "policy.status_interval_ms" -> copy(statusInterval = duration)
        "policy.webhook_status_interval_ms" -> copy(webhookStatusInterval = duration)
        "policy.codes_per_round" -> copy(codesPerRound = value)
        else -> throw BadCommand("this policy key is unknown")
    }
}
