package main

import (
	"crossover/internal/catalog"
)

func (m *model) latencyFigures(p *catalog.Pattern, s *catalog.Situation) []figure { return nil }
func (m *model) loadFigures(p *catalog.Pattern, s *catalog.Situation) []figure    { return nil }
func (m *model) paretoFigures(p *catalog.Pattern, s *catalog.Situation) []figure  { return nil }
func (m *model) orderFigures() []figure                                           { return nil }
