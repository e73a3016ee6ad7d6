//! A gateway's picture of a QR code that links nothing is an error at every output, and no file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_qr::QrMatrix;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{FAILS_FAST, Gateway, Pairing, ZAPI, check_error, object, outcome};

/// A Z-API whose picture says this at every call; its address.
async fn gateway(says: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let png = QrMatrix::encode(says).unwrap().to_png(4).unwrap();
    let body = json!({
        "value": format!("data:image/png;base64,{}", STANDARD.encode(png)),
    })
    .to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                match socket.read_buf(&mut request).await {
                    Ok(1..) => {}
                    _ => break,
                }
            }
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    url
}

fn pairing(settings: &Gateway, url: &str, arguments: &[&str]) -> Pairing {
    let pairing = settings.pairing(arguments);
    let pairing = pairing.env("PAIRING_ZAPI_QR_FORM", "image");
    pairing.arg_all(&["--base-url", url]).policy(FAILS_FAST)
}

#[tokio::test]
async fn a_picture_of_another_qr_code_is_a_malformed_reply_and_no_file() {
    // For the credentials alone.
    let settings = Gateway::start(ZAPI).await;
    for says in ["undefined", "upi://pay?pa=shop@bank"] {
        let url = gateway(says).await;
        let code = pairing(&settings, &url, &["code", "--output", "json"]);
        let code = code.run().await;
        code.assert_code(5);
        let error = &object(&code.stdout)["error"];
        check_error(error);
        assert_eq!(error["kind"], "malformed_reply", "{says}: {code}");

        let arguments = ["link", "--output", "json", "--save-qr", "code.png"];
        let link = pairing(&settings, &url, &arguments).run().await;
        let failed = outcome(&link.stdout);
        assert_eq!(failed["error"]["kind"], "malformed_reply", "{says}: {link}");
        assert!(!link.stdout.contains("code_ready"), "{says}: {link}");
        assert!(!link.folder().join("code.png").exists(), "{says}");
    }
}

#[tokio::test]
async fn a_picture_of_a_pairing_code_is_handed_on() {
    let settings = Gateway::start(ZAPI).await;
    let url = gateway("2@abc,def").await;
    let code = pairing(&settings, &url, &["code"]).run().await;
    code.assert_code(0);
    assert_eq!(code.stdout.trim(), "2@abc,def");
}
