//! `calculate`: arithmetic on two numbers, with the failures that arithmetic has.

use garde::Validate;
use rmcp::handler::server::wrapper::Json;
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolError;
use crate::parameters::Parameters;
use crate::services::Services;

/// An arithmetic operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// What to do with `a` and `b`.
    #[garde(skip)] // the enum is its own bound
    operation: Operation,
    /// The first operand, finite.
    #[garde(custom(finite))]
    a: f64,
    /// The second operand, finite.
    #[garde(custom(finite))]
    b: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Calculation {
    /// The operation that was done.
    operation: Operation,
    /// The first operand.
    a: f64,
    /// The second operand.
    b: f64,
    /// `a` operation `b`, as an IEEE 754 double.
    result: f64,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
enum CalculateError {
    #[error("division by zero: `b` must not be 0 when `operation` is `divide`")]
    DivisionByZero,
    #[error("overflow: the result is beyond the range of a 64-bit floating-point number")]
    Overflow,
}

#[tool_router(router = calculate_tool, vis = "pub(super)")]
impl Services {
    /// Add, subtract, multiply or divide two numbers.
    #[tool(
        title = "Calculate",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn calculate(
        &self,
        Parameters(arguments): Parameters<Arguments>,
    ) -> Result<Json<Calculation>, ToolError> {
        let Arguments { operation, a, b } = arguments;
        let result = apply(operation, a, b)?;
        Ok(Json(Calculation {
            operation,
            a,
            b,
            result,
        }))
    }
}

fn apply(operation: Operation, a: f64, b: f64) -> Result<f64, CalculateError> {
    let result = match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Divide if b == 0.0 => return Err(CalculateError::DivisionByZero),
        Operation::Divide => a / b,
    };
    if result.is_finite() {
        Ok(result)
    } else {
        Err(CalculateError::Overflow)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde passes the field by reference"
)]
fn finite(value: &f64, (): &()) -> garde::Result {
    if value.is_finite() {
        Ok(())
    } else {
        Err(garde::Error::new("expected a finite number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_computes() {
        assert_eq!(apply(Operation::Add, 2.0, 3.0), Ok(5.0));
        assert_eq!(apply(Operation::Subtract, 2.0, 3.0), Ok(-1.0));
        assert_eq!(apply(Operation::Multiply, 2.5, 4.0), Ok(10.0));
        assert_eq!(apply(Operation::Divide, 1.0, 4.0), Ok(0.25));
    }

    #[test]
    fn division_by_either_zero_is_named() {
        for zero in [0.0, -0.0] {
            assert_eq!(
                apply(Operation::Divide, 1.0, zero),
                Err(CalculateError::DivisionByZero)
            );
        }
    }

    #[test]
    fn a_result_out_of_range_is_an_overflow() {
        for (operation, a, b) in [
            (Operation::Add, f64::MAX, f64::MAX),
            (Operation::Subtract, f64::MIN, f64::MAX),
            (Operation::Multiply, f64::MAX, 2.0),
            (Operation::Divide, f64::MAX, f64::MIN_POSITIVE),
        ] {
            assert_eq!(apply(operation, a, b), Err(CalculateError::Overflow));
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        assert!(finite(&f64::NAN, &()).is_err());
        assert!(finite(&f64::INFINITY, &()).is_err());
        assert!(finite(&f64::MAX, &()).is_ok());
    }
}
