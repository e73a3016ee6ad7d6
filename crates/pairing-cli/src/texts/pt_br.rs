//! Brazilian Portuguese.

use pairing_core::{InstancePhase, PairingOutcome, ProviderErrorKind};

use super::{Advice, Mistake, Texts, support};

pub(super) const TEXTS: Texts = Texts {
    scan: "No celular: WhatsApp > Dispositivos conectados > Conectar dispositivo e leia este \
           código.",
    enter: "No celular {phone}: WhatsApp > Dispositivos conectados > Conectar dispositivo > \
            Conectar com número de telefone e digite este código.",
    preparing: "Pedindo um código à {provider}…",
    starting: "A {provider} está iniciando a instância. Isso pode levar alguns minutos.",
    linking: "Código lido ou digitado. A conexão está sendo concluída: mantenha o WhatsApp aberto \
              no celular.",
    linked: "Conectado. Verificando se a conexão se mantém…",
    passkey: "O WhatsApp exige uma passkey (chave de acesso) para esta conta.",
    passkey_open: "Abra este link em um navegador em que a passkey possa ser usada e siga as \
                   instruções:",
    passkey_compare: "O celular também mostra um código. Confirme lá somente se for {code}.",
    passkey_dashboard: "Conclua a conexão no painel da {provider}: nenhum código substitui essa \
                        etapa.",
    passkey_waits: "O comando continua sozinho assim que o número estiver conectado.",
    passkey_enter: "Ou tecle Enter para gerar novos códigos.",
    valid: "Válido por {time}",
    valid_at_most: "Válido por no máximo {time}",
    attempt: "código {attempt} de {attempts}",
    round: "rodada {round}",
    expired: "Este código venceu e não conecta mais nada.",
    retrying: "Nova tentativa em {time}.",
    press_enter: "Ninguém usou os códigos. Tecle Enter para gerar outros, Ctrl-C para parar.",
    codes_unused: Advice {
        what: "Ninguém usou os códigos.",
        next: "Rode o comando de novo quando alguém estiver com o celular na mão.",
    },
    too_small: "A janela é pequena demais para o QR code: ele precisa de {columns} colunas e \
                {rows} linhas, e há {have_columns} e {have_rows}. Aumente a janela ou diminua a \
                letra (na maioria dos terminais: Ctrl e menos); ou pare e use `pairing link \
                --save-qr ARQUIVO`, ou --method phone.",
    unreadable_picture: "O provedor enviou uma imagem que não pode ser desenhada aqui. Pare e \
                         use --save-qr ARQUIVO para vê-la, ou --method phone.",
    saved: "Também em {file}, até vencer.",
    detail: "Detalhe (em inglês): {message}.",
    retry_after: "O provedor pede para esperar {time}.",
    interrupted: "Interrompido. Nada mais é pedido ao provedor.",
    linked_phone: "Número: {phone}",
    status,
    not_ready: Advice {
        what: "O código ainda não está pronto.",
        next: "Rode o comando de novo em alguns segundos, ou use `pairing link`, que espera por \
               ele.",
    },
    still_starting: Advice {
        what: "O gateway está iniciando a instância, o que pode levar alguns minutos.",
        next: "Rode o comando de novo daqui a pouco, ou use `pairing link`, que espera por ela.",
    },
    still_linking: Advice {
        what: "Um código foi usado e a conexão está sendo concluída: não é preciso outro código.",
        next: "Mantenha o WhatsApp aberto no celular e veja `pairing status` daqui a pouco.",
    },
    another_attempt: Advice {
        what: "Já há outra tentativa de conectar esta instância, de outra forma ou com outro número.",
        next: "Espere até ela acabar, ou use `pairing link`, que a encerra antes.",
    },
    unlink_question: "Desconectar o número desta instância da {provider}? Ela deixa de enviar e \
                      receber até ser conectada de novo. [s/N] ",
    yes: &["s", "sim", "y", "yes"],
    unlink_declined: "Nada foi desconectado.",
    unlinked: "Desconectado.",
    demo_intro: "Demonstração, sem conta: os gateways e o celular são simulados neste \
                 computador, {speed} vezes mais rápidos que os reais.",
    demo_scans: "O celular simulado deixa o primeiro código vencer e lê o seguinte.",
    demo_types: "O celular simulado digita o código.",
    demo_never: "Ninguém usa os códigos: a sessão para e pede uma pessoa.",
    demo_provider: "{provider}, simulada",
    demo_done: "Com uma conta: veja `pairing link --help`.",
    demo_web_plays: "Abra um link no navegador. O celular simulado deixa o primeiro QR code \
                     vencer e lê o seguinte; um código por telefone ele digita depois de um \
                     tempo, qualquer que seja o número informado.",
    demo_web_never: "Abra um link no navegador. Ninguém usa os códigos: depois de três \
                     deles, a página pede uma pessoa.",
    demo_web_again: "Para ver de novo, abra este novo link:",
    output_unwritable: "Não é possível gravar a saída: {reason}.",
    picture_taken: Advice {
        what: "Outro programa pôs um arquivo onde --save-qr grava. Ele ficou como está.",
        next: "Escolha outro nome.",
    },
    picture_unwritable: "Não é mais possível gravar o arquivo de --save-qr ({reason}): confira \
                         a pasta ou tire --save-qr.",
    config_exposed: "Atenção: qualquer usuário desta máquina pode ler os segredos em {file}. Deixe o \
                     arquivo só para você: chmod 600.",
    serve_ready: "A página de conexão está em {url} para: {instances}",
    serve_create: "Seu aplicativo cria conexões em {url}/api/pairings: veja `pairing serve \
                   --help`.",
    serve_exposed: "Atenção: outras máquinas alcançam {address}, e os links são segredos de \
                    login. Ponha um proxy com TLS na frente.",
    serve_stopped: "Encerrado. Nada mais é pedido aos provedores.",
    sim_ready: "Os gateways simulados estão em {url}",
    sim_paste: "Para usar um deles, cole as linhas dele em outro terminal e rode `pairing link` \
                lá:",
    sim_control: "Leia e digite códigos e ligue falhas em {url}",
    sim_stop: "Ctrl-C encerra.",
    support: &support::PT_BR,
    outcome,
    error,
    mistake,
};

fn outcome(outcome: &PairingOutcome) -> Advice {
    match outcome {
        PairingOutcome::Connected { .. } => Advice {
            what: "Conectado: o número está vinculado.",
            next: "",
        },
        PairingOutcome::AlreadyConnected { .. } => Advice {
            what: "Já conectado: há um número vinculado a esta instância.",
            next: "Para conectar outro, rode `pairing unlink` antes.",
        },
        PairingOutcome::WrongAccount { .. } => Advice {
            what: "Foi conectado um número diferente do esperado.",
            next: "Rode `pairing unlink` e conecte o celular certo.",
        },
        PairingOutcome::PasskeyRequired => Advice {
            what: "O WhatsApp exige uma passkey (chave de acesso) para esta conta.",
            next: "Conclua no painel do provedor: nenhum código substitui essa etapa.",
        },
        PairingOutcome::LinkDropped => Advice {
            what: "O número foi conectado, e o WhatsApp removeu a conexão em poucos segundos.",
            next: "Veja a conta no WhatsApp do celular, espere algumas horas e conecte mais uma \
                   vez; várias tentativas seguidas podem levar ao bloqueio da conta.",
        },
        PairingOutcome::Rejected { error: report }
        | PairingOutcome::Unavailable { error: report } => error(report.kind),
        PairingOutcome::RateLimited { .. } => error(ProviderErrorKind::RateLimited),
        PairingOutcome::Deadline => Advice {
            what: "O tempo para conectar acabou.",
            next: "Rode o comando de novo quando alguém estiver com o celular na mão.",
        },
        PairingOutcome::Cancelled => Advice {
            what: "Interrompido antes de conectar um número.",
            next: "",
        },
    }
}

fn status(phase: InstancePhase) -> &'static str {
    match phase {
        InstancePhase::NotLinked => "Não conectado. `pairing link` conecta um número.",
        InstancePhase::Idle => {
            "Não conectado, e nada está em andamento. `pairing link` conecta um número."
        }
        InstancePhase::Starting => "Não conectado: o gateway está iniciando a instância.",
        InstancePhase::WaitingForPhone => "Não conectado: um código espera ser lido ou digitado.",
        InstancePhase::Linking => {
            "Ainda não conectado: um código foi usado e a conexão está sendo concluída."
        }
        InstancePhase::PasskeyRequired => {
            "Não conectado: o WhatsApp exige uma passkey (chave de acesso)."
        }
        InstancePhase::Linked => "Conectado.",
    }
}

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "O gateway não aceita as credenciais.",
            next: "Compare com o painel do provedor; `pairing providers` mostra as variáveis.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "A conta é protegida por um token de segurança, e nenhum foi enviado.",
            next: "Copie do painel do provedor; `pairing providers` mostra a variável.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "O gateway não aceita chamadas deste endereço IP.",
            next: "Libere o IP no painel do provedor, ou rode o comando em uma máquina liberada.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Algo no caminho respondeu pelo gateway: um firewall, um proxy ou o login da \
                   rede.",
            next: "Faça login na rede, configure o proxy ou peça ao provedor que libere o seu \
                   IP.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "A assinatura desta instância venceu.",
            next: "Renove no painel do provedor.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "O gateway só funciona depois que a licença dele for ativada.",
            next: "Ative-a no painel do próprio gateway.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "O gateway não tem lugar para mais uma instância conectada.",
            next: "Desconecte ou apague uma que não é mais usada, ou aumente o plano.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "O WhatsApp ou o gateway bloqueou esta conta.",
            next: "Abra o WhatsApp no celular: ele diz o motivo e como pedir uma revisão.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "O gateway não conhece esta instância.",
            next: "Confira a instância e a URL base no painel do provedor.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "Pedidos demais: o gateway ou o WhatsApp pede uma pausa.",
            next: "Espere; para códigos por telefone pode levar horas. O QR code talvez funcione.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "O gateway não responde ou está com falha.",
            next: "Confira a rede e a URL base, e tente mais tarde.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "O gateway não respondeu a tempo.",
            next: "Confira a rede e tente mais tarde.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "A resposta do gateway não faz sentido.",
            next: "Confira a URL base; se estiver certa, tente mais tarde.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "O gateway recusou o pedido.",
            next: "Veja a instância no painel do provedor.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "Este provedor não oferece isso.",
            next: "`pairing providers` mostra o que cada um oferece.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "O gateway não aceita o que foi enviado.",
            next: "Confira o número de telefone, com o código do país.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "A assinatura de um webhook falta ou está errada.",
            next: "Use o mesmo segredo de webhook no gateway e na configuração.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "Falhou algo que nunca deveria falhar.",
            next: "Relate, por favor, com a versão deste programa e o comando.",
        },
        _ => Advice {
            what: "O provedor falhou de um jeito que esta versão não conhece.",
            next: "Rode o comando de novo, ou atualize este programa.",
        },
    }
}

fn mistake(mistake: Mistake) -> Advice {
    match mistake {
        Mistake::PhoneMissing => Advice {
            what: "--method phone precisa do número do celular em que o código será digitado.",
            next: "Acrescente --phone com o código do país, como --phone +5511999998888.",
        },
        Mistake::PhoneWithQr => Advice {
            what: "--phone é para --method phone.",
            next: "Para conferir qual número lê o QR code, use --expect-phone.",
        },
        Mistake::SaveQrWithPhone => Advice {
            what: "--save-qr é para QR codes.",
            next: "Tire essa opção ao usar --method phone.",
        },
        Mistake::AnotherPhoneExpected => Advice {
            what: "--phone e --expect-phone são números diferentes; nenhum código foi pedido.",
            next: "Informe o mesmo número nos dois, ou tire --expect-phone.",
        },
        Mistake::PhoneNotVerifiable => Advice {
            what: "Este provedor não informa qual número está conectado, então o número \
                   esperado não pode ser conferido.",
            next: "Tire --expect-phone, ou --no-retry se ele foi usado: o número pode exigir \
                   um segundo pedido.",
        },
        Mistake::MethodUnsupported => Advice {
            what: "Este provedor não oferece esta forma de conectar.",
            next: "`pairing providers` mostra o que cada provedor oferece.",
        },
        Mistake::CountryCode => Advice {
            what: "O código do país falta no número de telefone ou está errado.",
            next: "Comece com + e o código do país, sem zero na frente, como +5511999998888 \
                   para o Brasil.",
        },
        Mistake::NotBrazilian => Advice {
            what: "Este não é um número do Brasil.",
            next: "Depois de +55 vêm os dois dígitos do DDD e os 8 ou 9 do número, como +55 11 \
                   99999-8888.",
        },
        Mistake::NoPhoneNumber => Advice {
            what: "Este não é um número de telefone completo.",
            next: "Veja se falta um dígito, se há um errado ou repetido; escreva como +55 11 \
                   99999-8888.",
        },
    }
}
