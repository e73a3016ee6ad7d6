import Foundation
import Pairing

/// What this program says, in one language.
struct Texts: Sendable {
    let usage: String
    let preparing: String
    let starting: String
    let scan: String
    let expired: String
    let pressEnter: String
    let linking: String
    let confirming: String
    let passkey: String
    let refused: @Sendable (String) -> String
    let scanPicture: @Sendable (String) -> String
    let type: @Sendable (String) -> String
    let openPage: @Sendable (String) -> String
    let compare: @Sendable (String) -> String
    let retrying: @Sendable (String) -> String
    let outcome: @Sendable (PairingOutcome) -> String

    /// Portuguese if the environment says so, otherwise English.
    static func ofThisUser() -> Texts {
        let environment = ProcessInfo.processInfo.environment
        let language = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
            .compactMap { environment[$0] }
            .first { !$0.isEmpty }
        return language?.hasPrefix("pt") == true ? portuguese : english
    }

    private static let english = Texts(
        usage: "Usage: Link <provider, such as zapi> [<phone number, for a code to type>]",
        preparing: "Asking for a code …",
        starting: "The gateway is starting. This can take minutes.",
        scan: "Scan it: WhatsApp > Linked devices > Link a device. q and Enter: give up.",
        expired: "That code is no longer valid.",
        pressEnter: "Nobody used the codes. Press Enter for new ones.",
        linking: "The code was used. Finishing …",
        confirming: "Linked. Checking that it stays so …",
        passkey: "WhatsApp wants a passkey for this account. Finish as follows, or at the provider; "
            + "Enter asks for codes again.",
        refused: { "This cannot work: \($0)" },
        scanPicture: { "Open this picture and scan it: \($0)" },
        type: { "Type this code into WhatsApp: \($0)" },
        openPage: { "Open this page: \($0)" },
        compare: { "Compare this code with the phone's: \($0)" },
        retrying: { "One moment, trying again: \($0)" },
        outcome: { outcome in
            switch outcome {
            case .connected(let phone): "Linked: \(phone ?? "yes")"
            case .alreadyConnected(let phone): "Was linked already: \(phone ?? "yes")"
            case .wrongAccount(let phone): "Another number is linked: \(phone)"
            case .passkeyRequired: "WhatsApp wants a passkey: finish at the provider."
            case .rejected(let error): "Refused: \(error.message)"
            case .unavailable(let error): "Out of order: \(error.message)"
            case .rateLimited: "Too many attempts. Try again later."
            case .deadline: "Nobody came. Start again when you are ready."
            case .cancelled: "Cancelled."
            case .linkDropped: "WhatsApp linked the number and removed it again."
            }
        }
    )

    private static let portuguese = Texts(
        usage: "Uso: Link <gateway, como zapi> [<telefone, para um código de digitar>]",
        preparing: "Pedindo um código …",
        starting: "O gateway está iniciando. Isso pode levar minutos.",
        scan: "Escaneie: WhatsApp > Dispositivos conectados > Conectar dispositivo. "
            + "q e Enter: desistir.",
        expired: "Esse código não vale mais.",
        pressEnter: "Ninguém usou os códigos. Pressione Enter para pedir outros.",
        linking: "O código foi usado. Concluindo …",
        confirming: "Conectado. Verificando se permanece assim …",
        passkey: "O WhatsApp pede uma passkey para esta conta. Conclua como indicado, ou no provedor; "
            + "Enter pede códigos de novo.",
        refused: { "Assim não funciona: \($0)" },
        scanPicture: { "Abra esta imagem e escaneie: \($0)" },
        type: { "Digite este código no WhatsApp: \($0)" },
        openPage: { "Abra esta página: \($0)" },
        compare: { "Compare este código com o do celular: \($0)" },
        retrying: { "Um momento, tentando de novo: \($0)" },
        outcome: { outcome in
            switch outcome {
            case .connected(let phone): "Conectado: \(phone ?? "sim")"
            case .alreadyConnected(let phone): "Já estava conectado: \(phone ?? "sim")"
            case .wrongAccount(let phone): "Outro número está conectado: \(phone)"
            case .passkeyRequired: "O WhatsApp pede uma passkey: conclua no provedor."
            case .rejected(let error): "Recusado: \(error.message)"
            case .unavailable(let error): "Fora do ar: \(error.message)"
            case .rateLimited: "Tentativas demais. Tente de novo mais tarde."
            case .deadline: "Ninguém apareceu. Comece de novo quando puder."
            case .cancelled: "Cancelado."
            case .linkDropped: "O WhatsApp conectou o número e o removeu em seguida."
            }
        }
    )
}
