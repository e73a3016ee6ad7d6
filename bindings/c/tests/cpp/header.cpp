// The header in C++: it compiles without a warning, links, and its types are what they seem.
#include <pairing.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <type_traits>

namespace {

template <auto Free> struct Freed {
    template <typename Handle> void operator()(Handle *handle) const { Free(handle); }
};

using Settings = std::unique_ptr<pairing_settings, Freed<pairing_settings_free>>;
using Provider = std::unique_ptr<pairing_provider, Freed<pairing_provider_free>>;
using Session = std::unique_ptr<pairing_session, Freed<pairing_session_free>>;
using Event = std::unique_ptr<pairing_event, Freed<pairing_event_free>>;

static_assert(std::is_enum<pairing_status>::value, "statuses are an enumeration in C++");
static_assert(sizeof(pairing_status) == sizeof(std::uint32_t), "of the size that C sees");

void refuse(void *, const pairing_http_request *, pairing_http_exchange *exchange) {
    pairing_http_exchange_fail(exchange, PAIRING_HTTP_FAILURE_OTHER);
}

bool a_session_ends() {
    Settings settings(pairing_settings_new());
    pairing_settings_set(settings.get(), "instance", "3C01");
    pairing_settings_set(settings.get(), "token", "A0F5");
    pairing_http http{};
    http.send = refuse;
    pairing_provider *opened = nullptr;
    if (pairing_provider_open("zapi", settings.get(), &http, &opened) != PAIRING_STATUS_OK) {
        return false;
    }
    Provider provider(opened);
    pairing_session *started = nullptr;
    if (pairing_session_start(provider.get(), nullptr, &started) != PAIRING_STATUS_OK) {
        return false;
    }
    Session session(started);
    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    pairing_event *next = nullptr;
    while (pairing_session_next(session.get(), -1, &next) == PAIRING_STATUS_OK) {
        Event event(next);
        outcome = pairing_event_get_outcome(event.get());
    }
    return outcome == PAIRING_OUTCOME_REJECTED;
}

} // namespace

int main() {
    const bool same = std::strcmp(pairing_version(), PAIRING_VERSION_STRING) == 0;
    const bool ends = a_session_ends();
    std::printf("%sok - C++ sees the library of its header\n", same ? "" : "not ");
    std::printf("%sok - a session runs in C++\n1..2\n", ends ? "" : "not ");
    return same && ends ? 0 : 1;
}
