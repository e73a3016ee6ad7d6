/**
 * The agent of tests/scenarios in Kotlin: it is told what to do, calls the library, and says what
 * came of it.
 */
package pairing.agent

import java.io.PrintStream
import kotlinx.coroutines.runBlocking

fun main(): Unit = runBlocking {
    val input = System.`in`.bufferedReader(Charsets.UTF_8)
    val output = PrintStream(System.out, false, Charsets.UTF_8)
    Sessions().use { sessions ->
        while (true) {
            val command = input.readLine() ?: break
            output.print(sessions.answer(command) + "\n")
            output.flush()
        }
    }
}
