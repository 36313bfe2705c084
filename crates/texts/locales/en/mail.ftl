# Mails. Only texts of this file may have several lines.

## The two mails about a registered application. The password stands between intro and end, outside of the texts.

registration-file-subject = Application registration { $tracking-number }: file
registration-file =
    Your application “{ $application }” is registered.

    The attached file { $file } contains its client ID and credentials. It is encrypted. The password comes in a separate mail.
    Open the file with 7-Zip (https://www.7-zip.org) or another program that supports ZIP files encrypted with AES-256. Windows Explorer cannot open it.
    Protect the file like a password, and delete this mail once you have saved the credentials.
registration-password-subject = Application registration { $tracking-number }: password
registration-password-intro = This password opens the file { $file }, which comes in a separate mail:
registration-password-end =
    The hyphens are part of the password. Open the file with 7-Zip. Windows Explorer cannot open it.
    If you did not expect this mail, inform your administrator.
