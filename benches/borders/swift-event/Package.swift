// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Event",
    platforms: [.macOS(.v12)],
    dependencies: [
        .package(path: "../../../bindings/swift")
    ],
    targets: [
        .executableTarget(
            name: "Event",
            dependencies: [.product(name: "Pairing", package: "swift")]
        )
    ]
)
