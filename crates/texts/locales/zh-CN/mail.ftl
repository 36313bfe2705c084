# 邮件。只有此文件中的文本可以有多行。

## 关于已注册应用程序的两封邮件。密码位于开头和结尾之间，不在文本中。

registration-file-subject = 应用程序注册 { $tracking-number }：文件
registration-file =
    您的应用程序“{ $application }”已注册。

    附件 { $file } 包含客户端 ID 和凭据。文件已加密，密码将通过另一封邮件发送。
    请使用 7-Zip（https://www.7-zip.org）或其他支持 AES-256 加密 ZIP 的程序打开。Windows 资源管理器无法打开此文件。
    请像保管密码一样保管此文件，保存凭据后请删除本邮件。
registration-password-subject = 应用程序注册 { $tracking-number }：密码
registration-password-intro = 以下密码用于打开文件 { $file }（通过另一封邮件发送）：
registration-password-end =
    连字符是密码的一部分。请使用 7-Zip 打开文件。Windows 资源管理器无法打开此文件。
    如果您并未申请，请告知您的管理员。
