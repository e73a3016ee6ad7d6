import Testing
import Pairing
@Test func a() { #expect(providers().count == 2) }
