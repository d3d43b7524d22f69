"""Work near home, by the worker's own decision: workers, employers, vacancies, offers and placements."""
