"""What answers at an online endpoint's scoring URI: a process of its own that lets requests in and splits them.

The control plane writes a folder (`routes.py` reads it), this process serves it, and goes on while the control plane
is away. A new split is one file that takes another one's place: no request is lost by it.

| module | what it does |
|---|---|
| `routes` | who is let in, and where requests go: the file, read again when it is another one |
| `tokens` | the tokens of endpoints with `authMode` AMLToken |
| `balance` | which deployment a request goes to, and whether it is mirrored |
| `gate` | how many requests are in a deployment, so that it can be ended when none is |
| `exchange` | a request to a deployment, and its answer |
| `app` | one request: key, deployment, its answer in the words of Azure |
"""
