"""Nothing lost, nothing twice: real processes are killed between every two steps of what they do, and judged from outside.

`victim` is the bot under a probe, `nursery` forks victims, `scene` puts them on a database and a platform's double,
`flows` are what people do with it, `matrix` kills at every step.
"""
