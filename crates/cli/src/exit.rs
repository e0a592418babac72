//! The exit status, decided here and nowhere else.

use std::io;

use edulac_engine::RunRecord;
use edulac_model::ErrorClass;

use crate::error::Error;
use crate::printer::Printer;

/// Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

/// How a command that ran to its end did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done, or nothing to do.
    Done,
    /// Done, and something of this class is to be looked at.
    Wanting(ErrorClass),
}

impl Status {
    /// What a run comes to.
    pub(crate) fn of_run(record: &RunRecord) -> Self {
        record.class().map_or(Self::Done, Self::Wanting)
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Wanting(class) => class.exit_code(),
        }
    }
}

/// Tells the failure, if there is one, and gives the exit code.
pub(crate) fn conclude(
    outcome: std::thread::Result<Result<Status, Error>>,
    printer: &Printer,
) -> u8 {
    match outcome {
        Ok(Ok(status)) => status.code(),
        Ok(Err(error)) if is_closed_pipe(&error) => 0,
        Ok(Err(error)) => {
            let code = code_of(&error);
            printer.error(&error, code);
            code
        }
        // The panic has been told where it happened.
        Err(_) => ErrorClass::Bug.exit_code(),
    }
}

fn code_of(error: &Error) -> u8 {
    match error {
        Error::Interrupted { .. } => INTERRUPTED,
        error => error.class().exit_code(),
    }
}

/// The reader of our results has read enough (`edulac query … | head`): no failure, and nothing to say.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Stdout(source) if source.kind() == io::ErrorKind::BrokenPipe)
}
