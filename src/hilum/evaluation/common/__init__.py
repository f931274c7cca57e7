"""What every measure uses: estimates with intervals, bootstrap of patients, compiled loops."""
