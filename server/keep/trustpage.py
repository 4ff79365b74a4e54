"""The page a phone opens before it trusts us: plain http, one page, one file, nothing else. A process of its own.

python -m server.keep.trustpage CA_FILE APP_URL HOST PORT
"""

from __future__ import annotations

import html
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

FILE = "/koumen.crt"
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>信任叩门</title><style>
body{{font:18px/1.7 system-ui,sans-serif;max-width:34em;margin:0 auto;padding:16px;color:#1d2320;background:#fff}}
h1{{font-size:24px}}h2{{font-size:20px;margin-top:1.6em}}li{{margin:.4em 0}}
a.b{{display:block;margin:12px 0;padding:16px;border-radius:12px;background:#1f6f54;color:#fff;text-align:center;
text-decoration:none;font-weight:600}}a.c{{background:#fff;color:#1f6f54;border:2px solid #1f6f54}}
code{{word-break:break-all;font-size:15px}}
@media(prefers-color-scheme:dark){{body{{background:#121614;color:#e8ece9}}a.c{{background:#121614;color:#7fd1b1}}}}
</style></head><body><main>
<h1>三步让这台手机信任叩门</h1>
<p>手机与电脑须在同一个无线网络。证书只对这个网络里的地址有效，管不了其他网站。</p>
<p><a class="b" href="{file}" download="koumen.crt">第一步　下载证书</a></p>
<h2>第二步　安卓</h2><ol>
<li>打开 设置 → 安全（或“密码与安全”）→ 更多安全设置 → 加密与凭据 → 安装证书 → <b>CA 证书</b>。</li>
<li>提示“可能监控网络”时选“仍然安装”，再选刚下载的 koumen.crt。</li>
<li>找不到时，在设置里搜索“CA 证书”或“从存储设备安装”。请用 Chrome 或系统浏览器，不要用微信打开。</li></ol>
<h2>第二步　苹果（请用 Safari 打开本页）</h2><ol>
<li>下载后提示“已下载描述文件”：设置 → 通用 → VPN 与设备管理 → 叩门 → 安装。</li>
<li>设置 → 通用 → 关于本机 → 最底下的<b>证书信任设置</b> → 打开“叩门”的开关。少了这一步，网页仍会报不安全。</li></ol>
<h2>第三步</h2>
<p><a class="b c" href="{url}/m/">打开叩门手机端</a></p>
<p>证书指纹（与电脑屏幕上的核对）：<br><code>{print}</code></p>
<p>演示结束后，在同一处删除“叩门”证书即可。</p>
</main></body></html>
"""


def fingerprint(path: Path) -> str:
    """SHA-256 of the authority's certificate, as phones show it."""
    digest = x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256())
    return " ".join(f"{byte:02X}" for byte in digest)


def handler(authority: Path, url: str) -> type[BaseHTTPRequestHandler]:
    """Answers /trust with the page and /koumen.crt with the certificate."""
    paper = x509.load_pem_x509_certificate(authority.read_bytes()).public_bytes(serialization.Encoding.DER)
    page = PAGE.format(file=FILE, url=html.escape(url), print=fingerprint(authority)).encode()

    class Page(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "koumen", ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == FILE:
                self._say(200, "application/x-x509-ca-cert", paper, [("Content-Disposition", "attachment; "
                                                                       'filename="koumen.crt"')])
            elif path == "/trust":
                self._say(200, "text/html; charset=utf-8", page, [
                    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")])
            elif path == "/":
                self._say(302, "text/plain", b"", [("Location", "/trust")])
            else:
                self._say(404, "text/plain; charset=utf-8", "没有这一页".encode(), [])

        def _say(self, status: int, kind: str, body: bytes, more: list[tuple[str, str]]) -> None:
            self.send_response(status)
            for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))),
                                ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), *more]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody's address goes to a log."""

    return Page


def main() -> None:
    """Serve until the parent ends us; prints the port it got."""
    authority, url, host, port = sys.argv[1:5]
    made = handler(Path(authority), url)
    try:
        server = ThreadingHTTPServer((host, int(port)), made)
    except OSError:
        server = ThreadingHTTPServer((host, 0), made)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
