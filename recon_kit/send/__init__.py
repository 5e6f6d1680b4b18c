"""Ways out of the house: a mail over SMTP, files over SFTP. What to send, and never twice, is decided above."""

from recon_kit.send.mail import Attachment, Mail, message_id
from recon_kit.send.outcome import Receipt, Refused, SendError, SentFile
from recon_kit.send.secrets import Secret, secret
from recon_kit.send.sftp import deliver_files
from recon_kit.send.smtp import deliver_mail

__all__ = [
    "Attachment", "Mail", "Receipt", "Refused", "Secret", "SendError", "SentFile", "deliver_files", "deliver_mail",
    "message_id", "secret",
]  # fmt: skip
