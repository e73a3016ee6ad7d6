// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Link",
    platforms: [.macOS(.v12)],
    dependencies: [
        .package(path: "../../../bindings/swift")
    ],
    targets: [
        .executableTarget(
            name: "Link",
            dependencies: [.product(name: "Pairing", package: "swift")]
        )
    ]
)
