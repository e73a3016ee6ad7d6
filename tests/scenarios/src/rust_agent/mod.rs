//! The agent in Rust, written directly over the library: the model for the other languages.

mod answers;
mod commands;
mod defect;
mod sessions;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, stdin, stdout};

use self::commands::execute;
pub(crate) use self::defect::Defect;
use self::defect::Defective;
use self::sessions::Sessions;

/// Answers commands until the input ends.
pub(crate) async fn serve(defect: Option<Defect>) -> Result<()> {
    let mut sessions = Sessions::new()?;
    let mut defective = defect.map(Defective::new);
    let mut commands = BufReader::new(stdin()).lines();
    let mut output = stdout();
    while let Some(command) = commands.next_line().await? {
        let answer = match &mut defective {
            None => execute(&mut sessions, &command).await,
            Some(defective) => defective.execute(&mut sessions, &command).await,
        };
        output.write_all(format!("{answer}\n").as_bytes()).await?;
        output.flush().await?;
    }
    Ok(())
}
