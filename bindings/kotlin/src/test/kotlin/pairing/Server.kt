package pairing

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred

/** A server that behaves as badly as a test needs, once per connection. */
class Server(private val serve: (Connection) -> Unit) : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    val address: String = "http://127.0.0.1:${listener.localPort}"
    val connections = AtomicInteger()

    /** Complete when the first connection is there. */
    val connected = CompletableDeferred<Unit>()

    /** Complete when a connection was served to its end. */
    val served = CompletableDeferred<Unit>()

    private val serving = thread {
        try {
            while (true) {
                listener.accept().use(::handle)
            }
        } catch (_: IOException) {
            // Closed.
        }
    }

    private fun handle(socket: Socket) {
        connections.incrementAndGet()
        try {
            // The request, or the greeting of TLS.
            socket.getInputStream().read(ByteArray(64 * 1024))
            connected.complete(Unit)
            serve(Connection(socket))
        } catch (_: IOException) {
            // The client hung up, which is what some tests wait for.
        }
        served.complete(Unit)
    }

    override fun close() {
        listener.close()
        serving.join()
    }

    companion object {
        /** Where nobody listens. */
        fun closedAddress(): String =
            ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use {
                "http://127.0.0.1:${it.localPort}"
            }
    }
}

class Connection(private val socket: Socket) {
    fun say(text: String) {
        socket.getOutputStream().write(text.toByteArray())
    }

    fun sayUntilTheClientHangsUp(text: String): Nothing {
        while (true) {
            say(text)
        }
    }

    fun untilTheClientHangsUp() {
        val anything = ByteArray(1024)
        while (socket.getInputStream().read(anything) >= 0) {
            // There is nothing to say to that.
        }
    }
}
