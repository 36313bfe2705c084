# 更改日志：页面以及各条目的句子。

changes = 最近的更改
changes-note = 最新的在前，每项更改都注明原因。
no-changes = 尚未发生任何更改。
