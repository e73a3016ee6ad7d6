// swift-tools-version: 6.0
import PackageDescription

/// Our own tests build with `PAIRING_STRICT=1`. Nobody else should: SwiftPM refuses such flags in
/// dependencies, and a newer compiler warns about more.
let strict: [SwiftSetting] =
    Context.environment["PAIRING_STRICT"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])]

// The library in Rust. Apple's platforms take it from a framework that `build-xcframework.sh`
// makes; elsewhere it is a shared library that the linker has to find.
#if os(macOS)
    let library = Target.binaryTarget(name: "PairingFFI", path: "PairingFFI.xcframework")
#else
    let library = Target.systemLibrary(name: "PairingFFI")
#endif

let package = Package(
    name: "Pairing",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Pairing", targets: ["Pairing"])
    ],
    targets: [
        library,
        // Generated. Asynchronous protocols that an app implements do not compile in Swift 6 mode
        // with uniffi 0.32, hence a target of its own in the mode before.
        .target(
            name: "PairingGenerated",
            dependencies: ["PairingFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [
                .linkedLibrary("pairing_ffi", .when(platforms: [.linux])),
                // What the static library for Apple's platforms refers to.
                .linkedFramework("CoreFoundation", .when(platforms: [.iOS, .macOS])),
                .linkedFramework("Security", .when(platforms: [.iOS, .macOS])),
            ]
        ),
        // What apps import.
        .target(
            name: "Pairing",
            dependencies: ["PairingGenerated"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PairingTests",
            dependencies: ["Pairing"],
            swiftSettings: strict
        ),
        // Plays the scenarios that all languages share; see tests/scenarios/PROTOCOL.md.
        .executableTarget(
            name: "ScenarioAgent",
            dependencies: ["Pairing"],
            path: "Tests/ScenarioAgent",
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
