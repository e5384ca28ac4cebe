//! Tools that answer at once, one for each kind of content.

use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use rmcp::{tool, tool_router};

use crate::fixture::Fixture;
use crate::samples::{RED_PIXEL_PNG, SILENCE_WAV};

#[tool_router(router = content_tools, vis = "pub(crate)")]
impl Fixture {
    /// Answers with one block of text.
    #[tool]
    fn test_simple_text(&self) -> ContentBlock {
        ContentBlock::text("This is a simple text response for testing.")
    }

    /// Answers with an image.
    #[tool]
    fn test_image_content(&self) -> ContentBlock {
        ContentBlock::image(RED_PIXEL_PNG, "image/png")
    }

    /// Answers with a sound.
    #[tool]
    fn test_audio_content(&self) -> ContentBlock {
        ContentBlock::audio(SILENCE_WAV, "audio/wav")
    }

    /// Answers with the contents of a resource.
    #[tool]
    fn test_embedded_resource(&self) -> ContentBlock {
        ContentBlock::resource(
            ResourceContents::text(
                "This is an embedded resource content.",
                "test://embedded-resource",
            )
            .with_mime_type("text/plain"),
        )
    }

    /// Answers with text, an image and a resource.
    #[tool]
    fn test_multiple_content_types(&self) -> CallToolResult {
        CallToolResult::success(vec![
            ContentBlock::text("Multiple content types test:"),
            ContentBlock::image(RED_PIXEL_PNG, "image/png"),
            ContentBlock::resource(
                ResourceContents::text(
                    r#"{"test":"data","value":123}"#,
                    "test://mixed-content-resource",
                )
                .with_mime_type("application/json"),
            ),
        ])
    }

    /// Always fails, in the way a tool fails: with a result, not with a protocol error.
    #[tool]
    fn test_error_handling(&self) -> CallToolResult {
        let reason = "This tool intentionally returns an error for testing";
        CallToolResult::error(vec![ContentBlock::text(reason)])
    }
}
