"""Long work: durable jobs, one after another, that go on where the server or the work was cut off.

Each job runs as a `hilum` command in a process group of its own, so that the server stays quick and outlives
what happens in it. What a job was asked to do, what it says and how far it is lie in its folder
`serve/jobs/<id>/`; its record in the database holds no identifier of a patient and no path.
"""
