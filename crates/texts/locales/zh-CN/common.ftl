# 各区域页面共用的词语和部件。

-product = Seatlink

## 页面框架

portal = 开发者门户
console = 管理控制台
outbox = 发件箱
navigation = 页面
language = 语言
sign-out = 注销
business-unit-id = 业务单位 ID
tenant = 租户
back-to-overview = 返回概览
choose-side = 您要前往哪里？
portal-note = 接收端：应用程序、角色、员工和邮件。
console-note = 发送端：目录、集成和配置。

## 拒绝

not-allowed = 您无权执行此操作
permission-missing = 您没有“{ $permission }”权限。管理员可以在您的某个角色中启用该权限。

## 状态

active = 活动
inactive = 非活动
enabled = 已启用
disabled = 已禁用
on = 开
off = 关
none = 无

## 字段

application = 应用程序
client-id = 客户端 ID
name = 姓名
role = 角色
state = 状态
status = 状态
user-name = 用户名
job-title = 职务

## 人员

people = 人员
nobody-yet = 目前还没有人员。
nobody-matches = 没有匹配的用户名。
people-found = 找到 { $count } 人。
people-shown = 显示前 { $shown } 人，共 { $total } 人。
show-all-people = 显示所有人员

## 搜索

search = 搜索
user-name-contains = 用户名包含

## 时长

seconds = { $count } 秒
minutes = { $count } 分钟
hours = { $count } 小时
days = { $count } 天

## 页面框架（续）

skip-to-content = 跳到主要内容
overview = 概览
admin = 管理
admin-note = 员工、角色、安全和审计。
applications = 应用程序
account = 帐户
path = 路径
times-in = 时间所用时区：
receiving-side = Seatlink，接收端
sending-side = Seatlink，发送端
colours = 颜色
colours-system = 自动
colours-light = 浅色
colours-dark = 深色
copied = 已复制
not-copied = 无法复制。请选择文本并手动复制。
copy = 复制{ $what }
not-saved = 未保存的更改：{ $count }
no-changes = 没有更改
check-the-form = 请检查您输入的内容
optional = 可选
cancel = 取消
close = 关闭
save = 保存

## 列表

nothing-matches-note = 没有符合搜索和筛选条件的内容。
clear-filters = 清除筛选条件
any = 任意
first-page = 第一页
next-page = 下一页

## 未显示的部分

not-allowed-here = 您无权查看此内容
section-failed = 无法读取此部分
section-failed-note = 此页面的其余部分是完整的。请求 { $request-id }。
try-again = 重试

## 图表

as-table = 以表格显示
from = 从
went-through = 成功
failed = 失败

## 大小

bytes = { $count } 字节
