package pairing.jdk

import java.io.IOException
import java.net.ConnectException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpClient.Redirect
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandler
import java.net.http.HttpTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import javax.net.ssl.SSLException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withTimeoutOrNull
import pairing.HttpRequest
import pairing.HttpResponse
import pairing.HttpTransport
import pairing.TransportException
import pairing.maxBodyBytes

private typealias JdkRequest = java.net.http.HttpRequest
private typealias JdkResponse = java.net.http.HttpResponse<ByteArray>

/**
 * HTTP by the client of the JDK, for programs that want the JVM's certificates, proxies and
 * TLS settings, and a model for a transport of one's own. Android has no `java.net.http`.
 *
 * A [client] of your own must follow no redirects and keep no cookies, as one is by default:
 * requests carry credentials. Nothing here logs, and no exception quotes an address.
 */
public class JdkHttpTransport(
    private val client: HttpClient = defaultClient(),
    private val timeout: Duration = Duration.ofSeconds(20),
) : HttpTransport {

    init {
        require(client.followRedirects() == Redirect.NEVER) {
            "redirects would take credentials elsewhere"
        }
        require(client.cookieHandler().isEmpty) { "gateways need no cookies" }
    }

    override suspend fun send(request: HttpRequest): HttpResponse {
        val response = try {
            // The client's own time limit ends with the headers; this one includes the body.
            withTimeoutOrNull(timeout.toMillis()) { exchange(request.use(::translate)) }
        } catch (error: IOException) {
            throw translate(error)
        } catch (_: IllegalArgumentException) {
            // An address or a header that this client refuses, and quotes.
            throw TransportException.Other()
        }
        response ?: throw TransportException.Timeout()
        return HttpResponse(
            response.statusCode().toUShort(),
            response.body(),
            response.header("content-type"),
            response.header("retry-after"),
            response.header("date"),
        )
    }

    /** Cancelling the coroutine closes the connection. */
    private suspend fun exchange(request: JdkRequest): JdkResponse =
        suspendCancellableCoroutine { waiting ->
            val limited = BodyHandler<ByteArray> { LimitedBody(maxBodyBytes().toInt()) }
            val future: CompletableFuture<JdkResponse> = client.sendAsync(request, limited)
            waiting.invokeOnCancellation { future.cancel(true) }
            future.whenComplete { response, error ->
                when (error) {
                    null -> waiting.resume(response)
                    is CompletionException -> waiting.resumeWithException(error.cause ?: error)
                    else -> waiting.resumeWithException(error)
                }
            }
        }

    private fun translate(request: HttpRequest): JdkRequest {
        val body = request.exposeBody()?.let(BodyPublishers::ofString) ?: BodyPublishers.noBody()
        val builder = JdkRequest.newBuilder(URI.create(request.exposeUrl()))
            .method(request.method(), body)
        request.exposeHeaders().forEach(builder::header)
        return builder.build()
    }

    /** Without the causes: they may name the address, which may hold the token. */
    private fun translate(error: IOException): TransportException = when {
        error is BodyTooLarge -> TransportException.BodyTooLarge()
        error is HttpTimeoutException -> TransportException.Timeout()
        error is ConnectException || error.cause is UnresolvedAddressException ->
            TransportException.Connect()
        error is SSLException -> TransportException.Tls()
        else -> TransportException.Interrupted()
    }

    private fun JdkResponse.header(name: String): String? = headers().firstValue(name).orElse(null)

    public companion object {
        /** No redirects and no cookies, which is how the JDK makes them, and HTTP/1.1. */
        public fun defaultClient(): HttpClient = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build()
    }
}
