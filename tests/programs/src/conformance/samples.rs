//! The smallest valid media files, as the protocol carries them: in base64.

/// A PNG of one red pixel.
pub(crate) const RED_PIXEL_PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

/// Four samples of silence: 8 kHz, mono, 8 bits.
pub(crate) const SILENCE_WAV: &str =
    "UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA";
