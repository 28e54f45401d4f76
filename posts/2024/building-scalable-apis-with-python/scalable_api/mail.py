"""E-mail, at least once."""

import smtplib
import uuid
from email.message import EmailMessage

from scalable_api.settings import Settings

SMTP_SECONDS = 10


def send_mail(settings: Settings, to: str, subject: str, text: str, job_id: uuid.UUID) -> None:
    """Send a mail; raises OSError (`smtplib.SMTPException` is one).

    Nobody can send a mail and note that in the database in one step. So the same job's mail has the same Message-ID
    each time, by which a mailbox knows it again: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Message-ID"] = f"<{job_id}@{settings.mail_from.rpartition('@')[2]}>"
    message.set_content(text)
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SMTP_SECONDS) as server:
        server.send_message(message)
