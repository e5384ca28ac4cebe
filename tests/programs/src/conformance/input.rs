//! Tools that need something from the client before they can answer.

use rmcp::handler::server::tool::Extension;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock};
use rmcp::{ErrorData, tool, tool_router};
use serde::{Deserialize, Serialize};

use crate::fixture::Fixture;
use crate::questions;
use crate::round::{Form, Question, Round};

/// A finished call, a question, or a protocol error.
type Outcome = Result<CallToolResponse, ErrorData>;

#[tool_router(router = input_tools, vis = "pub(crate)")]
impl Fixture {
    /// Greets the user, after asking for a name.
    #[tool]
    fn test_input_required_result_elicitation(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        greet(&round)
    }

    /// Greets the user, after asking for a name; the question ends the response stream.
    #[tool]
    fn test_streaming_elicitation(&self, Extension(round): Extension<Round>) -> Outcome {
        greet(&round)
    }

    /// Answers with what the client's model says.
    #[tool]
    fn test_input_required_result_sampling(&self, Extension(round): Extension<Round>) -> Outcome {
        ask_the_model(&round)
    }

    /// Cannot work without the client's model.
    #[tool]
    fn test_missing_capability(&self, Extension(round): Extension<Round>) -> Outcome {
        ask_the_model(&round)
    }

    /// Lists the client's workspace roots.
    #[tool]
    fn test_input_required_result_list_roots(&self, Extension(round): Extension<Round>) -> Outcome {
        match round.roots("client_roots") {
            Some(uris) => done(format!("roots: {}", uris.join(", "))),
            None => Ok(round.ask([("client_roots", questions::roots())])?.into()),
        }
    }

    /// Asks for consent, and remembers through the client that it did.
    #[tool]
    fn test_input_required_result_request_state(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        confirm(&round)
    }

    /// Asks for consent, and does not believe a client that changes what it should remember.
    #[tool]
    fn test_input_required_result_tampered_state(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        confirm(&round)
    }

    /// Asks the user, the client's model and the client itself, all in one round.
    #[tool]
    fn test_input_required_result_multiple_inputs(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        let name = round.form::<String>("user_name", "name");
        let answers = (
            round.noted::<Asked>(),
            name,
            round.sampled("greeting"),
            round.roots("client_roots"),
        );
        match answers {
            (_, Form::Refused, ..) => refused(),
            (Some(Asked), Form::Filled(name), Some(greeting), Some(roots)) => {
                done(format!("{greeting} {name} has {} roots", roots.len()))
            }
            _ => Ok(round.ask_and_note(questions_for_all()?, &Asked)?.into()),
        }
    }

    /// Asks for a name, then for a color, and remembers the name through the client.
    #[tool]
    fn test_input_required_result_multi_round(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        match round.noted() {
            None => ask_name(&round),
            Some(Step::AskedName) => match round.form("step1", "name") {
                Form::Filled(name) => ask_color(&round, name),
                Form::Refused => refused(),
                Form::Unanswered => ask_name(&round),
            },
            Some(Step::AskedColor { name }) => match round.form::<String>("step2", "color") {
                Form::Filled(color) => done(format!("{name} likes {color}")),
                Form::Refused => refused(),
                Form::Unanswered => ask_color(&round, name),
            },
        }
    }

    /// Asks whatever this client can answer, and is content with one answer.
    #[tool]
    fn test_input_required_result_capabilities(
        &self,
        Extension(round): Extension<Round>,
    ) -> Outcome {
        let name = round.form::<String>("user_name", "name");
        let (greeting, roots) = (round.sampled("greeting"), round.roots("client_roots"));
        if !matches!(name, Form::Unanswered) || greeting.is_some() || roots.is_some() {
            return done("the client answered".to_owned());
        }
        let questions = round.answerable(questions_for_all()?);
        if questions.is_empty() {
            return done("this client cannot be asked anything".to_owned());
        }
        Ok(round.ask(questions)?.into())
    }
}

/// The note of a tool that only has to know that it asked.
#[derive(Serialize, Deserialize)]
struct Asked;

/// The note of the tool with two steps.
#[derive(Serialize, Deserialize)]
enum Step {
    AskedName,
    AskedColor { name: String },
}

fn ask_name(round: &Round) -> Outcome {
    let question = questions::text("Step 1: What is your name?", "name")?;
    Ok(round
        .ask_and_note([("step1", question)], &Step::AskedName)?
        .into())
}

fn ask_color(round: &Round, name: String) -> Outcome {
    let question = questions::text("Step 2: What is your favorite color?", "color")?;
    Ok(round
        .ask_and_note([("step2", question)], &Step::AskedColor { name })?
        .into())
}

fn greet(round: &Round) -> Outcome {
    match round.form::<String>("user_name", "name") {
        Form::Filled(name) => done(format!("Hello, {name}!")),
        Form::Refused => refused(),
        Form::Unanswered => {
            let question = questions::text("What is your name?", "name")?;
            Ok(round.ask([("user_name", question)])?.into())
        }
    }
}

fn confirm(round: &Round) -> Outcome {
    match (round.noted::<Asked>(), round.form::<bool>("confirm", "ok")) {
        (_, Form::Refused) => refused(),
        (Some(Asked), Form::Filled(ok)) => done(format!("state-ok, confirmed: {ok}")),
        _ => {
            let question = questions::consent("Please confirm", "ok")?;
            Ok(round.ask_and_note([("confirm", question)], &Asked)?.into())
        }
    }
}

fn ask_the_model(round: &Round) -> Outcome {
    match round.sampled("capital_question") {
        Some(answer) => done(answer),
        None => {
            let question = questions::sample("What is the capital of France?", 100);
            Ok(round.ask([("capital_question", question)])?.into())
        }
    }
}

/// One question to each of those a server can turn to.
fn questions_for_all() -> Result<[Question; 3], ErrorData> {
    Ok([
        ("user_name", questions::text("What is your name?", "name")?),
        ("greeting", questions::sample("Generate a greeting", 50)),
        ("client_roots", questions::roots()),
    ])
}

fn done(text: String) -> Outcome {
    Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
}

fn refused() -> Outcome {
    let text = "cannot go on without the user's answer";
    Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into())
}
