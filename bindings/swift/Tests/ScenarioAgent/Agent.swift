import Foundation

/// Answers commands until the input ends.
@main
struct Agent {
    // Reading blocks the main thread and none of the pool that the library's calls resume on.
    @MainActor
    static func main() async {
        var sessions = Sessions()
        while let command = readLine() {
            let answer = await sessions.execute(command)
            FileHandle.standardOutput.write(Data("\(answer)\n".utf8))
        }
    }
}
