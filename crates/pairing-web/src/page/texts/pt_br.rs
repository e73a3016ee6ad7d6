//! Brazilian Portuguese.

use pairing_core::ProviderErrorKind;

use super::{Advice, Help, PasskeyStep, Spoken, Texts};

pub(in super::super) const TEXTS: Texts = Texts {
    title: "Conectar o WhatsApp",
    languages: "Idioma",
    no_script: "Esta página precisa de JavaScript para mostrar um código ainda válido. Libere-o \
                para esta página ou abra o link em outro navegador.",
    connecting: "Conectando…",
    preparing: "Pedindo um código à {provider}…",
    starting: "A {provider} está iniciando a instância. Isso pode levar alguns minutos.",
    linking: Advice {
        what: "Quase pronto",
        next: "O código foi usado, e o celular está sendo conectado. Mantenha o WhatsApp aberto nele.",
    },
    confirming: Advice {
        what: "Conectado",
        next: "Só mais um momento: esta página verifica se a conexão se mantém.",
    },
    passkey_step: PasskeyStep {
        title: "O WhatsApp pede uma passkey (chave de acesso)",
        open: "Nenhum código substitui essa etapa na sua conta. Continue em um navegador em que você \
               possa usar a passkey:",
        link: "Continuar em {host}",
        compare: "O WhatsApp do celular também mostra um código. Confirme lá somente se for este:",
        dashboard: "Nenhum código substitui essa etapa na sua conta. Avise quem enviou este link: a \
                    conexão tem de ser concluída no painel da {provider}.",
        waits: "Deixe esta página aberta: ela mostra sozinha quando o número estiver conectado.",
        codes: "Mostrar códigos de novo",
    },
    unreadable: "A {provider} enviou uma imagem em que não se lê nenhum código; por isso ela não \
                 aparece aqui.",
    expired: "Este código venceu.",
    next_code: "O próximo já está a caminho.",
    scan: "Leia este código com o WhatsApp",
    scan_steps: [
        "Abra o WhatsApp no celular que você quer conectar.",
        "Toque no menu (Android) ou em Configurações (iPhone), depois em Dispositivos \
         conectados > Conectar dispositivo.",
        "Aponte o celular para esta tela.",
    ],
    scan_on_phone: "Um celular não consegue ler a própria tela. Se este é o celular que você \
                    quer conectar, abra esta página em outra tela ou use o número de telefone.",
    enter: "Digite este código no WhatsApp",
    enter_steps: [
        "Abra o WhatsApp no celular que tem este número.",
        "Toque no menu (Android) ou em Configurações (iPhone), depois em Dispositivos \
         conectados > Conectar dispositivo > Conectar com número de telefone.",
        "Digite o código. Ele continua aqui enquanto você alterna entre as duas telas.",
    ],
    copy: "Copiar o código",
    expires_in: "Vence em",
    start: Advice {
        what: "Vamos conectar o WhatsApp?",
        next: "Pegue o celular que você quer conectar. O código da próxima tela vale por alguns \
               segundos, e depois vêm outros.",
    },
    start_button: "Mostrar o QR code",
    interaction: Advice {
        what: "Você ainda está aí?",
        next: "Ninguém usou o código, por isso nenhum outro está sendo gerado. Pegue o celular, \
               abra Dispositivos conectados no WhatsApp e continue aqui.",
    },
    resume: "Mostrar um novo código",
    number: Advice {
        what: "Conectar com o número de telefone",
        next: "Você recebe um código de oito caracteres para digitar no WhatsApp. Não é preciso \
               ler nada com a câmera, então funciona também no próprio celular.",
    },
    number_label: "Número do WhatsApp",
    number_hint: "Com o código do país e o DDD, como +55 11 99999-8888.",
    number_prefill: "+55 ",
    number_submit: "Receber o código",
    back: "Voltar",
    use_phone: "Usar meu número de telefone",
    use_qr: "Ler um QR code",
    other_number: "Usar outro número",
    help: Help {
        title: "Não deu certo?",
        qr_failed: Advice {
            what: "O celular diz “Não foi possível conectar o dispositivo”",
            next: "Confira se o celular está com internet e o WhatsApp atualizado. Depois escaneie \
                   o código que está nesta tela agora. Se acontecer de novo, espere uma hora.",
        },
        code_failed: Advice {
            what: "O celular diz “Não foi possível conectar o dispositivo” ou “Verifique o número”",
            next: "O número digitado aqui tem de ser o da conta do WhatsApp desse celular: no \
                   WhatsApp, veja Configurações > seu perfil. Digite o código mais novo; um \
                   anterior não funciona mais.",
        },
        no_notification: Advice {
            what: "Não chega nenhuma notificação",
            next: "Você não precisa dela. Abra Dispositivos conectados no WhatsApp e siga os \
                   passos acima.",
        },
        ninth_digit: Advice {
            what: "O número não é encontrado",
            next: "Algumas contas antigas não têm o 9 depois do DDD. Digite o número como aparece \
                   no seu perfil do WhatsApp.",
        },
        too_many_devices: Advice {
            what: "Já há quatro dispositivos conectados",
            next: "O WhatsApp permite quatro. Em Dispositivos conectados, desconecte um que você \
                   não usa mais.",
        },
        passkey: Advice {
            what: "O celular pede uma chave de acesso (passkey)",
            next: "Confirme no celular. Se a conexão não continuar, nenhum código resolve: avise \
                   quem enviou este link que é preciso terminar no painel da {provider}.",
        },
    },
    cancel: "Cancelar a conexão",
    cancel_warning: "Nada será conectado, e este link deixa de funcionar para todos que o têm.",
    cancel_confirm: "Cancelar agora",
    linked: Advice {
        what: "Conectado",
        next: "O WhatsApp está conectado. Você pode fechar esta página.",
    },
    already_linked: Advice {
        what: "Já estava conectado",
        next: "Um número já estava conectado aqui, e não falta fazer nada. Você pode fechar esta \
               página. Para conectar outro, peça a quem enviou este link que desconecte este \
               antes.",
    },
    wrong_account: Advice {
        what: "Foi conectado um número diferente",
        next: "Outro número era esperado aqui. No celular que você acabou de usar, abra \
               Dispositivos conectados no WhatsApp e desconecte este dispositivo. Depois peça um \
               novo link a quem enviou este, e use o celular certo.",
    },
    passkey: Advice {
        what: "O WhatsApp pede uma passkey (chave de acesso)",
        next: "Nenhum código substitui essa etapa na sua conta. Avise quem enviou este link: a \
               conexão tem de ser concluída no painel da {provider}.",
    },
    link_dropped: Advice {
        what: "O WhatsApp removeu a conexão",
        next: "O celular foi conectado e desconectado de novo em poucos segundos. Veja no WhatsApp do \
               celular se ele diz o motivo. Espere algumas horas antes da próxima tentativa e peça \
               um novo link a quem enviou este.",
    },
    rate_limited: Advice {
        what: "Tentativas demais",
        next: "O WhatsApp ou a {provider} pede uma pausa; para códigos por número de telefone \
               ela pode levar horas. Espere e depois peça um novo link a quem enviou este.",
    },
    deadline: Advice {
        what: "O tempo acabou",
        next: "Nada foi conectado. Deixe o celular à mão e peça um novo link a quem enviou este.",
    },
    again: "Nada foi conectado. Quando estiver com o celular na mão, você pode começar de novo.",
    cancelled: Advice {
        what: "Cancelado",
        next: "Nada foi conectado. Para tentar de novo, peça um novo link a quem enviou este.",
    },
    gone: Advice {
        what: "Este link não funciona mais",
        next: "Ele venceu, já foi usado ou está incompleto. Peça um novo a quem o enviou.",
    },
    too_many_links: Advice {
        what: "Links demais que não funcionam",
        next: "Muitos links errados foram abertos a partir da sua rede, e este também não funciona. Peça \
               um novo a quem o enviou; um link que funciona abre a qualquer momento.",
    },
    no_link: Advice {
        what: "Não há nenhuma página neste endereço",
        next: "Para conectar o WhatsApp, abra o link completo que você recebeu. Se ele estiver \
               completo, peça um novo a quem o enviou.",
    },
    busy: Advice {
        what: "Esta página está aberta vezes demais",
        next: "Feche-a em outras abas e em outros aparelhos. Ela se conecta sozinha assim que \
               houver lugar.",
    },
    refused: "Não é possível conectar agora",
    error,
    other_error: Advice {
        what: "A {provider} falhou de um jeito que esta página não conhece.",
        next: "Avise quem enviou este link e peça um novo.",
    },
    spoken: Spoken {
        attempt: "Código {attempt} de {attempts}",
        qr_label: "QR code, para ler com o WhatsApp",
        copied: "Copiado",
        wait: "Espere pelo menos {time}.",
        retrying: "A {provider} não responde no momento. O pedido está sendo repetido; você não \
                   precisa fazer nada.",
        offline: "Sem conexão. O que você vê pode estar desatualizado; esta página se reconecta \
                  sozinha.",
        closing: "O serviço está reiniciando. Esta página se reconecta sozinha.",
        failure_offline: "O pedido não chegou: não há conexão. Tente de novo daqui a pouco.",
        failure_cross_site: "O servidor recusou este clique: ele parecia vir da página de outro site. \
                             Abra este link em uma janela própria, em um navegador atualizado. Se \
                             também lá for recusado, avise quem enviou este link: o servidor \
                             precisa do seu endereço público (public_url), ou de um frame sem \
                             \"sandbox\".",
        failure_other: "Não funcionou. Tente de novo daqui a pouco.",
        live_qr: "Há um novo QR code na tela. Leia-o com o WhatsApp: Dispositivos conectados, \
                  depois Conectar dispositivo.",
        live_phone_code: "O seu código está na tela. Digite-o no WhatsApp: Dispositivos \
                          conectados, Conectar dispositivo, Conectar com número de telefone.",
        country_code_missing: "Parece faltar o código do país. Comece com + e o código, como +55 \
                               para o Brasil.",
        not_brazilian: "Este número do Brasil não está completo. Depois de +55 vêm o DDD e os 8 ou 9 \
                        dígitos do número, como +55 11 99999-8888.",
        expects_another_phone: "Este link é para outro número. Digite o número que será \
                                conectado ou fale com quem enviou o link.",
        invalid_phone: "Este não é um número de telefone completo. Escreva com + e o código do \
                        país, sem zero na frente, como +55 11 99999-8888.",
    },
};

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "A {provider} não aceita as credenciais desta conexão.",
            next: "Quem enviou este link precisa corrigi-las. Avise, por favor; o seu celular \
                   está em ordem.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "A {provider} exige um token de segurança que não foi enviado, ou não conhece o \
                   token desta conexão.",
            next: "Quem enviou este link precisa conferir os dois tokens. Avise, por favor.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "A {provider} não aceita chamadas do endereço IP deste serviço.",
            next: "Quem enviou este link precisa liberar o endereço no painel da {provider}. \
                   Avise, por favor.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Algo entre este serviço e a {provider} respondeu no lugar dela: um firewall, \
                   um proxy ou uma rede que pede login.",
            next: "O seu celular está em ordem. Quem enviou este link precisa cuidar para que o \
                   serviço alcance a {provider}. Avise, por favor.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "A assinatura desta conexão na {provider} venceu.",
            next: "Quem enviou este link precisa renová-la. Avise, por favor.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "A licença desta {provider} não está ativada.",
            next: "Quem enviou este link precisa ativá-la. Avise, por favor; o seu celular está em \
                   ordem.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "A {provider} não tem lugar para mais um número aqui.",
            next: "Quem enviou este link precisa abrir espaço. Avise, por favor; o seu celular está em \
                   ordem.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "O WhatsApp ou a {provider} bloqueou esta conta.",
            next: "Abra o WhatsApp no celular: ele diz o motivo e como pedir uma revisão. Avise quem \
                   enviou este link.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "A {provider} não conhece esta conexão.",
            next: "Quem enviou este link precisa conferir a instância no painel da {provider}. \
                   Avise, por favor.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "A {provider} ou o WhatsApp pede uma pausa depois de pedidos demais.",
            next: "Espere um pouco e depois peça um novo link a quem enviou este.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "A {provider} não responde ou está com falha.",
            next: "O seu celular está em ordem. Espere alguns minutos e peça um novo link a quem \
                   enviou este.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "A {provider} não respondeu a tempo.",
            next: "O seu celular está em ordem. Espere alguns minutos e peça um novo link a quem \
                   enviou este.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "As respostas da {provider} não fazem sentido.",
            next: "Peça um novo link a quem enviou este daqui a alguns minutos. Se acontecer de \
                   novo, essa pessoa precisa conferir o endereço da {provider}.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "A {provider} recusou conectar um celular aqui.",
            next: "Quem enviou este link precisa ver a instância no painel da {provider}. Avise, \
                   por favor.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "A {provider} não oferece esta forma de conectar.",
            next: "Peça um novo link a quem enviou este e escolha a outra forma.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "A {provider} não aceita este número de telefone.",
            next: "Confira o número, com o código do país. Depois peça um novo link a quem \
                   enviou este.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "Um aviso que parecia vir da {provider} não tem uma assinatura válida.",
            next: "Quem enviou este link precisa comparar os segredos de webhook. Avise, por favor.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "Falhou neste serviço algo que nunca deveria falhar.",
            next: "Avise quem enviou este link, por favor, e peça um novo.",
        },
        _ => TEXTS.other_error,
    }
}
