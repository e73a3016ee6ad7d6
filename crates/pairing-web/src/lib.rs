//! The pairing page: link a WhatsApp number inside your own application.
