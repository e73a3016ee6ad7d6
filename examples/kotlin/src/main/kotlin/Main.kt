/**
 * Links a WhatsApp number from a terminal: `link zapi` draws QR codes, `link zapi +5511…` shows
 * codes to type. The credentials are in the environment, under the names that `pairing sim` prints.
 */
package example

import java.io.PrintStream
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import pairing.PairingException
import pairing.PairingMethod
import pairing.PairingOutcome
import pairing.PairingProvider
import pairing.PairingSession
import pairing.Screen as Shown
import pairing.SessionOptions
import pairing.defaultPolicy
import pairing.openProvider
import pairing.providers
import pairing.reason
import pairing.scaledDownPolicy

fun main(arguments: Array<String>) {
    val screen = Screen(PrintStream(System.out, true, Charsets.UTF_8), texts())
    if (arguments.size !in 1..2) {
        screen.say(screen.texts.usage(providers().map { it.name }))
        exitProcess(2)
    }
    val linked = try {
        val provider = open(arguments[0])
        val method = arguments.getOrNull(1)?.let(PairingMethod::PhoneCode) ?: PairingMethod.Qr
        run(provider, SessionOptions(method, policy(provider)), screen)
    } catch (refused: PairingException) {
        screen.say(screen.texts.refused(refused.reason))
        exitProcess(2)
    }
    exitProcess(if (linked) 0 else 1)
}

/** The settings of this provider that are in the environment, such as `PAIRING_ZAPI_TOKEN`. */
private fun open(name: String): PairingProvider {
    val fields = providers().find { it.name == name }?.fields.orEmpty().map { it.name }
    val settings = fields.associateWith { System.getenv("PAIRING_${name}_$it".uppercase().replace('-', '_')) }
    return openProvider(name, settings.filterValues { it != null }.mapValues { it.value.orEmpty() })
}

/**
 * The provider's own; faster for `pairing sim --speed N`, when `PAIRING_SPEED` says so. This computer
 * and its user are no faster, so the session may last as long as ever.
 */
private fun policy(provider: PairingProvider) =
    (provider.describe().recommendedPolicy ?: defaultPolicy()).let { policy ->
        val speed = System.getenv("PAIRING_SPEED")?.toUIntOrNull() ?: 1u
        scaledDownPolicy(policy, speed).copy(deadline = policy.deadline)
    }

private fun run(provider: PairingProvider, options: SessionOptions, screen: Screen): Boolean =
    PairingSession(provider, options).use { session ->
        thread(isDaemon = true) { listenToKeyboard(session) }
        var outcome: PairingOutcome? = null
        screen.use {
            runBlocking {
                session.views().collect { view ->
                    screen.show(view)
                    outcome = (view.screen as? Shown.Finished)?.outcome
                }
            }
        }
        outcome is PairingOutcome.Connected || outcome is PairingOutcome.AlreadyConnected
    }

/** Enter asks for new codes, `q` gives up; any thread may call a session. */
private fun listenToKeyboard(session: PairingSession) {
    while (true) {
        val line = readlnOrNull() ?: return
        try {
            if (line == "q") session.cancel() else session.resume()
        } catch (_: PairingException) {
            // It does not wait for the user: a second Enter, or it has finished.
        }
    }
}
